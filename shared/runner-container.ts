/** The runner's container, the same on Fargate and as a local process. */
export const runnerContainer = {
  name: 'runner',
  /** Run in the project's directory, without a shell. */
  command: ['node', 'runner/main.ts'],
  /** Seconds between SIGTERM and SIGKILL: the maximum on Fargate. */
  stopTimeoutSeconds: 120,
} as const

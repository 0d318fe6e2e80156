/** What the runner's container is, wherever it runs: on Fargate, and as a process on one machine. */
export const runnerContainer = {
  name: 'runner',
  /** In the folder of the project; no shell. */
  command: ['node', 'runner/main.ts'],
  /** Seconds between SIGTERM and SIGKILL: the most that Fargate allows. */
  stopTimeoutSeconds: 120,
} as const

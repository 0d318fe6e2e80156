import type { Task } from '@aws-sdk/client-ecs'
import type { TaskEnd } from '../lifecycle.ts'
import { withoutAwsIds } from './without-aws-ids.ts'

type Ended = Pick<Task, 'containers' | 'stoppedReason' | 'stopCode'>

/** Plain reasons for what ECS reports, which names accounts and images. The first match applies. */
const ends: readonly (readonly [words: RegExp, plain: string])[] = [
  [/OutOfMemory/i, 'it ran out of memory'],
  [/no space left on device/i, 'its disk was full'],
  [/CannotPull|pull image|image manifest|ImageNotFound/i, 'its container image could not be pulled'],
  [/secret|ssm|parameter store/i, 'its secrets could not be read'],
  [/ResourceInitializationError.*log|awslogs|log (group|driver)/i, 'its log could not be opened'],
  [/timeout waiting for network|network interface|\bENI\b|subnet/i, 'its network could not be set up'],
  [/capacity/i, 'AWS had no capacity for it'],
  [/CannotStart|CannotCreate|ResourceInitializationError|ContainerRuntime/i, 'its container could not be started'],
]

/** Reasons by ECS stop code, for text that matches none of the above. */
const endsByCode: Record<string, string> = {
  TaskFailedToStart: 'its container could not be started',
  SpotInterruption: 'AWS reclaimed its Spot capacity',
  TerminationNotice: 'its host was shut down',
  InfrastructureHealth: 'its host failed',
  ServiceSchedulerInitiated: 'AWS stopped it',
  EssentialContainerExited: 'its process ended',
}

/** Why a task ended, in plain words for users: ECS's own text names accounts, images and roles. */
export function reasonOfEnd({ containers = [], stoppedReason, stopCode }: Ended): string {
  const stopped = containers.find(({ lastStatus }) => lastStatus === 'STOPPED')
  const exitCode = stopped?.exitCode
  const why = whyIn({ stoppedReason, stopCode, containerReason: stopped?.reason })
  return [why, exitCode !== undefined && `exit code ${exitCode}`].filter(Boolean).join('; ') || 'no reason given'
}

function whyIn({ stoppedReason = '', stopCode = '', containerReason = '' }: Record<string, string | undefined>) {
  // The reason given to StopTask.
  if (stopCode === 'UserInitiated') return withoutAwsIds(stoppedReason)
  const text = `${stoppedReason} ${containerReason}`
  const byWords = ends.find(([words]) => words.test(text))?.[1]
  return byWords ?? endsByCode[stopCode] ?? (text.trim() ? 'AWS ended it' : '')
}

/** Stop codes of tasks that ended by themselves. With any other, the host, the platform, an operator or docsfy stopped the task. */
const OWN_ENDS: readonly (string | undefined)[] = ['EssentialContainerExited', 'TaskFailedToStart', undefined]

/** The exit code after SIGTERM. SIGKILL's 137 does not count as the host's doing: out-of-memory kills use it too. */
const TERMINATED = 143

/** Whether the host ended the task, or the task itself. */
export function endedBy({ containers = [], stopCode }: Pick<Ended, 'containers' | 'stopCode'>): TaskEnd['by'] {
  const terminated = containers.some(({ exitCode }) => exitCode === TERMINATED)
  return !terminated && OWN_ENDS.includes(stopCode) ? 'itself' : 'host'
}

/** ECS's own text, for function logs: operators need the name of the image or the missing policy. */
export const ecsTextOf = ({ containers = [], stoppedReason, stopCode }: Ended): string =>
  [stopCode, stoppedReason, ...containers.map(({ reason }) => reason)].filter(Boolean).join('; ')

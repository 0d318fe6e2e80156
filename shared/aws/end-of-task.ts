import type { Task } from '@aws-sdk/client-ecs'
import type { TaskEnd } from '../lifecycle.ts'
import { withoutAwsIds } from './without-aws-ids.ts'

type Ended = Pick<Task, 'containers' | 'stoppedReason' | 'stopCode'>

/** What ECS says of a task that did not end by itself: tried in this order against its words, which name accounts and images. */
const ends: readonly (readonly [words: RegExp, plain: string])[] = [
  [/OutOfMemory/i, 'its memory was used up'],
  [/no space left on device/i, 'its disk was full'],
  [/CannotPull|pull image|image manifest|ImageNotFound/i, 'its container image could not be fetched'],
  [/secret|ssm|parameter store/i, 'its secrets could not be read'],
  [/ResourceInitializationError.*log|awslogs|log (group|driver)/i, 'its log could not be opened'],
  [/timeout waiting for network|network interface|\bENI\b|subnet/i, 'its network could not be set up'],
  [/capacity/i, 'AWS had no capacity for it'],
  [/CannotStart|CannotCreate|ResourceInitializationError|ContainerRuntime/i, 'its container could not be started'],
]

/** Ends by ECS's own code, where its words say no more. */
const endsByCode: Record<string, string> = {
  TaskFailedToStart: 'its container could not be started',
  SpotInterruption: 'AWS took its Spot capacity back',
  TerminationNotice: 'its host was shut down',
  InfrastructureHealth: 'its host failed',
  ServiceSchedulerInitiated: 'AWS stopped it',
  EssentialContainerExited: 'its process ended',
}

/** How a task ended, in words for the user: what ECS says of it names accounts, images and roles. */
export function reasonOfEnd({ containers = [], stoppedReason, stopCode }: Ended): string {
  const stopped = containers.find(({ lastStatus }) => lastStatus === 'STOPPED')
  const exitCode = stopped?.exitCode
  const why = whyIn({ stoppedReason, stopCode, containerReason: stopped?.reason })
  return [why, exitCode !== undefined && `exit code ${exitCode}`].filter(Boolean).join('; ') || 'no reason given'
}

function whyIn({ stoppedReason = '', stopCode = '', containerReason = '' }: Record<string, string | undefined>) {
  // Whoever stopped it said why, in words of their own.
  if (stopCode === 'UserInitiated') return withoutAwsIds(stoppedReason)
  const said = `${stoppedReason} ${containerReason}`
  const byWords = ends.find(([words]) => words.test(said))?.[1]
  return byWords ?? endsByCode[stopCode] ?? (said.trim() ? 'AWS ended it' : '')
}

/** The codes of a task that nobody has stopped. With any other the host, the platform or an operator took it away, or docsfy has. */
const OWN_ENDS: readonly (string | undefined)[] = ['EssentialContainerExited', 'TaskFailedToStart', undefined]

/** The exit code of a program that SIGTERM has ended. SIGKILL's, 137, is no such sign: it also ends what takes too much memory. */
const TERMINATED = 143

/** Who ended a task. */
export function endedBy({ containers = [], stopCode }: Pick<Ended, 'containers' | 'stopCode'>): TaskEnd['by'] {
  const terminated = containers.some(({ exitCode }) => exitCode === TERMINATED)
  return !terminated && OWN_ENDS.includes(stopCode) ? 'itself' : 'host'
}

/** The same in ECS's own words, for the log of a function: an operator needs the image's name, and the policy that was missing. */
export const ecsWordsOf = ({ containers = [], stoppedReason, stopCode }: Ended): string =>
  [stopCode, stoppedReason, ...containers.map(({ reason }) => reason)].filter(Boolean).join('; ')

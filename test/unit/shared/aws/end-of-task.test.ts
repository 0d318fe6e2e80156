import { type Task, TaskStopCode } from '@aws-sdk/client-ecs'
import { expect, test } from 'vitest'
import { ecsTextOf, endedBy, reasonOfEnd } from '../../../../shared/aws/end-of-task.ts'

const IMAGE = '123456789012.dkr.ecr.us-east-1.amazonaws.com/cdk-hnb659fds-container-assets-123456789012-us-east-1:0abc'
const ROLE = 'arn:aws:sts::123456789012:assumed-role/docsfy-RunnerExecutionRole-1A2B/0abc'

const failedToStart = (stoppedReason: string): Task => ({ stopCode: 'TaskFailedToStart', stoppedReason })
const exited = (exitCode: number, reason?: string): Task => ({
  stopCode: 'EssentialContainerExited',
  stoppedReason: 'Essential container in task exited',
  containers: [{ lastStatus: 'STOPPED', exitCode, reason }],
})

const ends: [Task, string][] = [
  [
    failedToStart(
      `CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref ${IMAGE}: ${IMAGE}: not found`,
    ),
    'its container image could not be pulled',
  ],
  [
    failedToStart(
      `ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: service call has been retried 1 time(s): AccessDeniedException: User: ${ROLE} is not authorized to perform: secretsmanager:GetSecretValue, status code: 400, request id: 4f5c-88d2`,
    ),
    'its secrets could not be read',
  ],
  [
    failedToStart(
      `ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: AccessDeniedException: User: ${ROLE} is not authorized to perform: logs:CreateLogStream`,
    ),
    'its log could not be opened',
  ],
  [
    failedToStart(`ResourceInitializationError: failed to start on fd, contact support, account 123456789012`),
    'its container could not be started',
  ],
  [failedToStart('Timeout waiting for network interface provisioning to complete.'), 'its network could not be set up'],
  [exited(137, 'OutOfMemoryError: Container killed due to memory usage'), 'it ran out of memory; exit code 137'],
  [exited(1), 'its process ended; exit code 1'],
  [
    { stopCode: 'SpotInterruption', stoppedReason: 'Your Spot Task was interrupted.' },
    'AWS reclaimed its Spot capacity',
  ],
  [
    { stopCode: 'TerminationNotice', stoppedReason: 'Host EC2 (instance i-0abc) terminated.' },
    'its host was shut down',
  ],
  [{ stopCode: 'UserInitiated', stoppedReason: `stopped by ${ROLE}` }, 'stopped by (an AWS resource)'],
  [
    { stopCode: 'UserInitiated', stoppedReason: 'The runner stopped sending heartbeats' },
    'The runner stopped sending heartbeats',
  ],
  [{ stoppedReason: `a new kind of end on ${IMAGE}` }, 'AWS ended it'],
  [{}, 'no reason given'],
]

test.each(ends)('users see a plain reason for the end of a task %#: %j', (task, plain) => {
  expect(reasonOfEnd(task)).toBe(plain)
})

test('the log keeps the text of ECS', () => {
  for (const [task] of ends) expect(ecsTextOf(task)).toContain(task.stoppedReason ?? '')
  expect(ecsTextOf(exited(137, 'OutOfMemoryError'))).toContain('OutOfMemoryError')
})

test('of all stop codes, only an exit and a failed start count as failures of the task itself', () => {
  const own = Object.values(TaskStopCode).filter((stopCode) => endedBy({ stopCode }) === 'itself')
  expect(own.toSorted()).toEqual(['EssentialContainerExited', 'TaskFailedToStart'])
  expect(endedBy({ stopCode: 'a code of tomorrow' as TaskStopCode })).toBe('host')
})

test.each([
  [0, 'itself'],
  [1, 'itself'],
  [137, 'itself'],
  [139, 'itself'],
  [143, 'host'],
] as const)('exit code %i counts as ended by: %s', (exitCode, by) => {
  expect(endedBy(exited(exitCode))).toBe(by)
})

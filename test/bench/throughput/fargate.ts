import { ECSServiceException } from '@aws-sdk/client-ecs'
import type { Clock } from './clock.ts'
import { Bucket } from './limits.ts'

const CALL_MS = 60
/** The SDK's tries, and its first wait; it doubles. */
const TRIES = 3
const RETRY_MS = 100

interface Task {
  arn: string
  startedBy: string
  ended: boolean
}

/** Runs what is in a task. Ends when the task ends. */
type Run = (task: { arn: string; startedBy: string }) => Promise<void>

/** A double of ECS on Fargate with AWS's documented limits: 20 RunTask calls a second, 20 launches a second after a burst of 100. */
export class Fargate {
  /** RunTask calls that were refused, by reason. */
  readonly refused = { rate: 0, quota: 0 }
  /** RunTask calls that the SDK repeated for the rate. */
  slowed = 0
  running = 0
  mostRunning = 0
  readonly #clock: Clock
  readonly #calls: Bucket
  readonly #launches: Bucket
  readonly #quota: number
  readonly #run: Run
  readonly #tasks = new Map<string, Task>()
  #ids = 0

  constructor(clock: Clock, quota: number, run: Run) {
    this.#clock = clock
    this.#quota = quota
    this.#run = run
    this.#calls = new Bucket(clock, 20)
    this.#launches = new Bucket(clock, 20, 100)
  }

  async execute(name: string, input: object): Promise<Record<string, unknown>> {
    await this.#clock.sleep(CALL_MS)
    const { startedBy = '', tasks = [] } = input as { startedBy?: string; tasks?: string[] }
    if (name === 'RunTaskCommand') return await this.#runTask(startedBy)
    if (name === 'DescribeTasksCommand') return { tasks: tasks.flatMap((arn) => this.#viewOf(arn)) }
    if (name === 'ListTasksCommand') return { taskArns: this.#find(startedBy) }
    return {}
  }

  async #runTask(startedBy: string): Promise<Record<string, unknown>> {
    for (let tries = 1; !(this.#calls.tryTake(1) && this.#launches.tryTake(1)); tries++) {
      if (tries === TRIES) {
        this.refused.rate++
        throw new ECSServiceException({
          ...{ name: 'ThrottlingException', $fault: 'client', message: 'Rate exceeded.' },
          $metadata: { httpStatusCode: 400, attempts: TRIES },
        })
      }
      if (tries === 1) this.slowed++
      await this.#clock.sleep(RETRY_MS * 2 ** tries)
    }
    if (this.running >= this.#quota) {
      this.refused.quota++
      return {
        tasks: [],
        failures: [{ reason: 'You’ve reached the limit on the number of vCPUs you can run concurrently' }],
      }
    }
    const arn = `arn:aws:ecs:eu-west-1:123456789012:task/docsfy/${String(++this.#ids).padStart(32, '0')}`
    const task = { arn, startedBy, ended: false }
    this.#tasks.set(arn, task)
    this.mostRunning = Math.max(this.mostRunning, ++this.running)
    void this.#run(task).finally(() => {
      task.ended = true
      this.running--
      this.#clock.after(3_600_000, () => this.#tasks.delete(arn))
    })
    return { tasks: [{ taskArn: arn }] }
  }

  #viewOf(arn: string) {
    const task = this.#tasks.get(arn)
    if (!task) return []
    const lastStatus = task.ended ? 'STOPPED' : 'RUNNING'
    const stopped = { stopCode: 'SpotInterruption', stoppedReason: 'Spot Task was interrupted.' }
    const { startedBy } = task
    return [{ taskArn: arn, startedBy, lastStatus, containers: [{ lastStatus }], ...(task.ended ? stopped : {}) }]
  }

  #find = (startedBy: string): string[] =>
    [...this.#tasks.values()].filter((task) => !task.ended && task.startedBy === startedBy).map(({ arn }) => arn)
}

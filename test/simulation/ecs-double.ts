import {
  AccessDeniedException,
  ClientException,
  ClusterNotFoundException,
  ConflictException,
  ECSServiceException,
  InvalidParameterException,
  ServerException,
  type TaskStopCode,
} from '@aws-sdk/client-ecs'
import type { SimulatedProcess } from './simulated-process.ts'
import type { World } from './world.ts'

export type LastStatus = 'PROVISIONING' | 'PENDING' | 'RUNNING' | 'DEPROVISIONING' | 'STOPPED'

export interface SimulatedTask {
  arn: string
  startedBy: string
  createdAt: number
  status: LastStatus
  desired: 'RUNNING' | 'STOPPED'
  exitCode: number | undefined
  stopCode: TaskStopCode | undefined
  stoppedReason: string | undefined
  containerReason: string | undefined
  /** What really ended it. */
  endedBy: 'host' | 'itself' | undefined
  stoppedAt: number | undefined
  /** Every state the task has been in and since when, because the API may show an old one. */
  seen: { at: number; view: View }[]
  process: SimulatedProcess | undefined
  version: number
  /** ECS reports the end of the task while its process goes on. */
  lostSight: boolean
}

interface View {
  taskArn: string
  lastStatus: LastStatus
  desiredStatus: string
  startedBy: string
  stopCode?: string | undefined
  stoppedReason?: string | undefined
  containers: { lastStatus: string; exitCode?: number | undefined; reason?: string | undefined }[]
}

/** How RunTask is answered from now on. */
export type Mood = 'well' | 'no capacity' | 'throttled' | 'throttled below' | 'server error' | 'refused'

interface RunRequest {
  clientToken: string
  startedBy: string
  taskDefinition: string
  networkConfiguration?: object
}

interface Request extends Partial<RunRequest> {
  task?: string
  reason?: string
  tasks?: string[]
  desiredStatus?: string
  family?: string
  nextToken?: string
}

export interface EcsOptions {
  /** Starts what runs in the task's container. */
  startRunner: (task: SimulatedTask, exited: (code: number) => void) => SimulatedProcess
  /** Sends SIGTERM. */
  terminate: (process: SimulatedProcess) => void
  /** Delivers a Task State Change event. */
  onEvent: (detail: View & { version: number }) => void
}

/** RunTask's errors during a deployment that replaces a policy, a task definition or a cluster. */
const refusals = () => [
  new AccessDeniedException({
    message: `User: ${ROLE} is not authorized to perform: ecs:RunTask on ${TASK}`,
    $metadata,
  }),
  new AccessDeniedException({
    message: `User: ${ROLE} is not authorized to perform: iam:PassRole on ${ROLE}`,
    $metadata,
  }),
  new ClientException({ message: 'TaskDefinition is inactive', $metadata }),
  new ClusterNotFoundException({ message: 'Cluster not found.', $metadata }),
  new InvalidParameterException({ message: "The subnet ID 'subnet-1' does not exist", $metadata }),
]

const ROLE = 'arn:aws:sts::123456789012:assumed-role/docsfy-FunctionsDispatchRole-1A2B/docsfy-Dispatch'
const TASK = 'arn:aws:ecs:us-east-1:123456789012:task-definition/docsfy-runner:2'

const STOP_TIMEOUT_MS = 120_000
const HOUR_MS = 3_600_000
const $metadata = { httpStatusCode: 400, attempts: 1 }

/**
 * A double of ECS on Fargate: RunTask is idempotent by client token and refuses in four ways, the API shows old states, and tasks take
 * time to start and to end.
 */
export class EcsDouble {
  readonly tasks = new Map<string, SimulatedTask>()
  mood: Mood = 'well'
  /** By generation ID: since when every RunTask has been refused. */
  readonly refusedSince = new Map<string, number>()
  readonly #world: World
  readonly #options: EcsOptions
  readonly #tokens = new Map<string, { request: string; arn: string | undefined; reply: Record<string, unknown> }>()

  constructor(world: World, options: EcsOptions) {
    this.#world = world
    this.#options = options
  }

  execute(name: string, input: object): Record<string, unknown> {
    const request = input as Request
    if (name === 'RunTaskCommand') return this.#run(request as RunRequest)
    if (name === 'StopTaskCommand') return this.#stop(request)
    if (name === 'DescribeTasksCommand') return this.#describe(request)
    if (name === 'ListTasksCommand') return this.#list(request)
    throw new Error(`The ECS double does not support ${name}`)
  }

  get live(): SimulatedTask[] {
    return [...this.tasks.values()].filter(({ status }) => status !== 'STOPPED')
  }

  taskFor = (startedBy: string): SimulatedTask | undefined =>
    [...this.tasks.values()].find((task) => task.startedBy === startedBy)

  #run({ clientToken, startedBy, taskDefinition, networkConfiguration }: RunRequest): Record<string, unknown> {
    const request = JSON.stringify([startedBy, taskDefinition, networkConfiguration])
    const known = this.#tokens.get(clientToken)
    const former = known?.arn === undefined ? undefined : this.tasks.get(known.arn)
    const expired = former?.stoppedAt !== undefined && this.#world.time - former.stoppedAt > HOUR_MS
    if (known && !expired) {
      if (known.request === request) {
        this.#world.count('duplicate', 'a RunTask with a used token')
        return known.reply
      }
      this.#world.count('duplicate', 'a RunTask with a used token and other parameters')
      const resourceIds = known.arn ? [known.arn] : []
      throw new ConflictException({
        message: 'The client token was used with other parameters',
        resourceIds,
        $metadata,
      })
    }
    this.#refuse(startedBy.split('/')[1] ?? '')
    if (this.mood === 'no capacity') {
      const failures = [{ reason: 'Capacity is unavailable at this time. Please try again later' }]
      const reply = { tasks: [], failures }
      this.#tokens.set(clientToken, { request, arn: undefined, reply })
      return reply
    }
    const task = this.#create(startedBy)
    const reply = { tasks: [{ taskArn: task.arn }], failures: [] }
    this.#tokens.set(clientToken, { request, arn: task.arn, reply })
    return reply
  }

  #refuse(generationId: string): void {
    if (this.mood === 'refused') {
      if (!this.refusedSince.has(generationId)) this.refusedSince.set(generationId, this.#world.time)
      throw this.#world.random.pick(refusals())
    }
    this.refusedSince.delete(generationId)
    const message = 'Rate exceeded.'
    if (this.mood === 'throttled') {
      throw new ECSServiceException({ name: 'ThrottlingException', $fault: 'client', message, $metadata })
    }
    if (this.mood === 'throttled below') {
      const below = 'Error retrieving subnet information for [subnet-1]: Rate exceeded (ErrorCode: Throttling)'
      throw new InvalidParameterException({ message: below, $metadata })
    }
    if (this.mood === 'server error') throw new ServerException({ message: 'Service Unavailable', $metadata })
  }

  #create(startedBy: string): SimulatedTask {
    const task: SimulatedTask = {
      arn: `arn:aws:ecs:us-east-1:1:task/docsfy/${this.#world.random.uuid().replaceAll('-', '')}`,
      startedBy,
      createdAt: this.#world.time,
      status: 'PROVISIONING',
      desired: 'RUNNING',
      exitCode: undefined,
      stopCode: undefined,
      stoppedReason: undefined,
      containerReason: undefined,
      endedBy: undefined,
      stoppedAt: undefined,
      seen: [],
      process: undefined,
      version: 0,
      lostSight: false,
    }
    this.tasks.set(task.arn, task)
    this.#show(task)
    this.#world.after(this.#world.random.between(500, 30_000), () => this.#begin(task))
    return task
  }

  #begin(task: SimulatedTask): void {
    if (task.status !== 'PROVISIONING') return
    if (this.#world.random.chance(this.#world.faults.broken)) {
      this.#world.count('death', 'a task that fails to start')
      task.endedBy ??= 'itself'
      this.#end(task, 'TaskFailedToStart', 'CannotPullContainerError: pull image manifest: not found', undefined)
      return
    }
    task.status = 'RUNNING'
    this.#show(task)
    task.process = this.#options.startRunner(task, (code) => this.exited(task, code))
  }

  /** The container's process has exited. */
  exited(task: SimulatedTask, exitCode: number): void {
    if (task.status === 'STOPPED' || task.status === 'DEPROVISIONING') return
    task.endedBy ??= exitCode === 143 ? 'host' : 'itself'
    this.#end(task, 'EssentialContainerExited', 'Essential container in task exited', exitCode)
  }

  /** The kernel kills the process for using too much memory. */
  outOfMemory(task: SimulatedTask): void {
    if (!task.process?.alive) return
    task.containerReason = 'OutOfMemoryError: Container killed due to memory usage'
    this.#world.kill(task.process, 'out of memory')
  }

  /** Ends the task. The first reason is kept. */
  #end(task: SimulatedTask, stopCode: TaskStopCode, reason: string, exitCode: number | undefined): void {
    task.stopCode ??= stopCode
    task.stoppedReason ??= reason
    task.exitCode = exitCode
    task.desired = 'STOPPED'
    task.status = 'DEPROVISIONING'
    this.#show(task)
    this.#world.after(this.#world.random.between(200, 20_000), () => {
      task.status = 'STOPPED'
      task.stoppedAt = this.#world.time
      this.#show(task)
    })
  }

  /** The platform reports the end of a task although its process is still running. */
  loseSight(task: SimulatedTask): void {
    task.lostSight = true
    const { process } = task
    // The platform ends the process later, without an event.
    if (process)
      this.#world.after(this.#world.random.between(10_000, 1_200_000), () => this.#world.kill(process, 'gone'))
    task.endedBy ??= 'host'
    this.#end(task, 'InfrastructureHealth', 'The host went away', undefined)
  }

  /** The host goes down without warning, and the process with it: a power cut, or `kill -9` of the local service. */
  cutOff(task: SimulatedTask): void {
    task.endedBy ??= 'host'
    const { process } = task
    this.#end(task, 'TerminationNotice', 'Host EC2 (instance local) terminated.', undefined)
    if (process) this.#world.kill(process, 'its host is gone')
  }

  /** Sends SIGTERM now and SIGKILL after the stop timeout. */
  stop(task: SimulatedTask, stopCode: TaskStopCode, reason: string): void {
    task.endedBy ??= 'host'
    task.desired = 'STOPPED'
    task.stopCode ??= stopCode
    task.stoppedReason ??= reason
    this.#show(task)
    if (task.status === 'PROVISIONING') this.#end(task, stopCode, reason, undefined)
    const { process } = task
    if (task.status !== 'RUNNING' || !process) return
    this.#options.terminate(process)
    this.#world.after(STOP_TIMEOUT_MS, () => this.#world.kill(process, 'stop timeout'))
  }

  #stop({ task: arn = '', reason = '' }: Request): Record<string, unknown> {
    const task = this.tasks.get(arn)
    if (!task || !this.#visible(task)) {
      throw new InvalidParameterException({ message: 'The referenced task was not found.', $metadata })
    }
    if (task.status !== 'STOPPED') this.stop(task, 'UserInitiated', reason)
    return { task: { taskArn: arn } }
  }

  #describe({ tasks = [] }: Request): Record<string, unknown> {
    const views = tasks.map((arn) => this.tasks.get(arn)).map((task) => task && this.#view(task))
    const failures = tasks.filter((_, index) => !views[index]).map((arn) => ({ arn, reason: 'MISSING' }))
    return { tasks: views.filter((view) => view !== undefined), failures }
  }

  /** `startedBy` must be the only filter, and matches only tasks that are not stopped. Pages are small here. */
  #list({ startedBy, family, desiredStatus, nextToken }: Request): Record<string, unknown> {
    if (startedBy !== undefined && (family !== undefined || desiredStatus !== undefined)) {
      throw new InvalidParameterException({ message: 'startedBy must be the only filter', $metadata })
    }
    const views = [...this.tasks.values()].map((task) => this.#view(task)).filter((view) => view !== undefined)
    const found = views
      .filter((view) => view.desiredStatus === (desiredStatus ?? 'RUNNING'))
      .filter((view) => startedBy === undefined || view.startedBy === startedBy)
      .map(({ taskArn }) => taskArn)
    const start = Number(nextToken ?? 0)
    const end = start + this.#world.random.between(1, 4)
    return { taskArns: found.slice(start, end), nextToken: end < found.length ? String(end) : undefined }
  }

  #visible = (task: SimulatedTask): boolean => this.#view(task) !== undefined

  /** What the API shows of a task: sometimes seconds old, and nothing an hour after its end. */
  #view(task: SimulatedTask): View | undefined {
    if (task.stoppedAt !== undefined && this.#world.time - task.stoppedAt > HOUR_MS) return undefined
    const { random, faults, time } = this.#world
    const at = random.chance(faults.stale) ? time - random.between(0, 8_000) : time
    return task.seen.findLast((entry) => entry.at <= at)?.view
  }

  #show(task: SimulatedTask): void {
    const over = task.status === 'DEPROVISIONING' || task.status === 'STOPPED'
    const view = {
      taskArn: task.arn,
      lastStatus: task.status,
      desiredStatus: task.desired,
      startedBy: task.startedBy,
      stopCode: task.stopCode,
      stoppedReason: task.stoppedReason,
      containers: [
        { lastStatus: over ? 'STOPPED' : task.status, exitCode: task.exitCode, reason: task.containerReason },
      ],
    }
    task.seen.push({ at: this.#world.time, view })
    this.#options.onEvent({ ...view, version: ++task.version })
  }
}

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
  /** What the API shows may lag behind: all that it ever was, with the time since when. */
  seen: { at: number; view: View }[]
  process: SimulatedProcess | undefined
  version: number
  /** ECS says that it is over while its process goes on. */
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

/** How the next calls of RunTask are answered. */
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
  /** SIGTERM. */
  terminate: (process: SimulatedProcess) => void
  /** A Task State Change, to be delivered. */
  onEvent: (detail: View & { version: number }) => void
}

/** What RunTask says in the middle of a deployment, when a policy, a task definition or a cluster is being replaced. */
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
 * ECS on Fargate, by what `shared/aws-facts` of the design knows of it: idempotent RunTask with its client token, its four ways to say
 * no, a view that lags behind, and tasks that take their time to start and to end.
 */
export class EcsDouble {
  readonly tasks = new Map<string, SimulatedTask>()
  mood: Mood = 'well'
  /** Since when every RunTask for a generation, by its id, has been refused. */
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
    throw new Error(`The double of ECS knows no ${name}`)
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
        this.#world.count('duplicate', 'a RunTask with a token that was used before')
        return known.reply
      }
      this.#world.count('duplicate', 'a RunTask with a used token and other parameters')
      const resourceIds = known.arn ? [known.arn] : []
      throw new ConflictException({ message: 'The token was used before', resourceIds, $metadata })
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

  /** The container's process is over. */
  exited(task: SimulatedTask, exitCode: number): void {
    if (task.status === 'STOPPED' || task.status === 'DEPROVISIONING') return
    task.endedBy ??= exitCode === 143 ? 'host' : 'itself'
    this.#end(task, 'EssentialContainerExited', 'Essential container in task exited', exitCode)
  }

  /** The kernel kills what takes too much memory. */
  outOfMemory(task: SimulatedTask): void {
    if (!task.process?.alive) return
    task.containerReason = 'OutOfMemoryError: Container killed due to memory usage'
    this.#world.kill(task.process, 'out of memory')
  }

  /** The first reason stands. */
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

  /** The platform reports the end of a task whose process it has only lost sight of. */
  loseSight(task: SimulatedTask): void {
    task.lostSight = true
    const { process } = task
    // The platform's end for it comes later, unseen.
    if (process)
      this.#world.after(this.#world.random.between(10_000, 1_200_000), () => this.#world.kill(process, 'gone'))
    task.endedBy ??= 'host'
    this.#end(task, 'InfrastructureHealth', 'The host went away', undefined)
  }

  /** The host goes down without a word, and with it the process: a power cut, `kill -9` of the service on one machine. */
  cutOff(task: SimulatedTask): void {
    task.endedBy ??= 'host'
    const { process } = task
    this.#end(task, 'TerminationNotice', 'Host EC2 (instance local) terminated.', undefined)
    if (process) this.#world.kill(process, 'its host is gone')
  }

  /** SIGTERM now, SIGKILL after the stop time-out. */
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
    this.#world.after(STOP_TIMEOUT_MS, () => this.#world.kill(process, 'stop time-out'))
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

  /** `startedBy` must be the only filter, and finds what is to run; pages are small here. */
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

  /** As the API shows it: some seconds old now and then, and nothing an hour after its end. */
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

import type { Credentials } from '../../../shared/env.ts'
import type { Log } from '../../../shared/log.ts'
import type { EcsTaskStateChange } from './state-change.ts'

export interface LocalTaskDefinition {
  family: string
  revision: number
  containerName: string
  /** The program and its arguments; no shell. */
  command: [string, ...string[]]
  environment: Record<string, string>
  /** The variables that a request may set; it may override nothing else. */
  variables: readonly string[]
  /** Seconds between SIGTERM and SIGKILL. */
  stopTimeoutSeconds: number
  /** The current directory of the main process; the one of this process by default. */
  workingDirectory?: string
}

export interface LocalEcsOptions {
  /** Everything is kept below `<dataDir>/ecs`. One endpoint at a time may use it. */
  dataDir: string
  /** 127.0.0.1 by default. */
  host?: string
  /** 0 by default: any free port. */
  port?: number
  /** What it takes, and nothing else; by default random ones of its own. */
  credentials?: Credentials
  /** Its region and account are those of every ARN and event. */
  clusterArn?: string
  taskDefinitions: LocalTaskDefinition[]
  /** The target of every event. A rejection is a failed delivery: it is tried again, for 24 hours. */
  onEvent(event: EcsTaskStateChange): Promise<void>
  /** Gets what the operator has to know of the disk. */
  log?: Log
}

export interface CloseOptions {
  /** Seconds between SIGTERM and SIGKILL; 5 by default. */
  graceSeconds?: number
}

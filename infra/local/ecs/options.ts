import type { Credentials } from '../../../shared/env.ts'
import type { Log } from '../../../shared/log.ts'
import type { EcsTaskStateChange } from './state-change.ts'

export interface LocalTaskDefinition {
  family: string
  revision: number
  containerName: string
  /** Program and arguments, run without a shell. */
  command: [string, ...string[]]
  environment: Record<string, string>
  /** The only variables that a request may override. */
  variables: readonly string[]
  /** Seconds between SIGTERM and SIGKILL. */
  stopTimeoutSeconds: number
  /** The main process's current directory. Default: this process's. */
  workingDirectory?: string
}

export interface LocalEcsOptions {
  /** All data is kept in `<dataDir>/ecs`. Only one endpoint at a time may use it. */
  dataDir: string
  /** Default: 127.0.0.1. */
  host?: string
  /** Default: 0, for any free port. */
  port?: number
  /** The only credentials that it accepts. Default: random ones. */
  credentials?: Credentials
  /** Also determines the region and account in ARNs and events. */
  clusterArn?: string
  taskDefinitions: LocalTaskDefinition[]
  /** Receives every event. If it rejects, delivery is retried for 24 hours. */
  onEvent(event: EcsTaskStateChange): Promise<void>
  /** Receives what the operator must know about the disk. */
  log?: Log
}

export interface CloseOptions {
  /** Seconds between SIGTERM and SIGKILL. Default: 5. */
  graceSeconds?: number
}

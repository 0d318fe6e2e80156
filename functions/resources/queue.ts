import { openQueue, type Queue } from '../../shared/aws/clients.ts'
import { QueueEnv, readEnv } from '../../shared/env.ts'
import { lazy } from '../lazy.ts'

export const queue: () => Queue = lazy(() => openQueue(readEnv(QueueEnv)))

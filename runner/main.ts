import * as z from 'zod'
import { openBucket, openTable, PATIENT } from '../shared/aws/clients.ts'
import { RunnerEnv, readEnv, secretsOf } from '../shared/env.ts'
import { Lease } from '../shared/generation.ts'
import { outliveOutput } from '../shared/log.ts'
import type { Outcome } from './attempt.ts'
import { openGenerationLog } from './generation-log.ts'
import { run } from './run.ts'
import { openKnownSecrets } from './secrets/known-secrets.ts'

/** ECS's task metadata endpoint, version 4. */
const TaskMetadata = z.object({ TaskARN: z.string().min(1) })

/** The exit codes ECS reports. 143 means ended by SIGTERM, and lets the generation be resumed. */
const exitCodes: Record<Outcome, number> = { ready: 0, failed: 0, aborted: 0, fenced: 0, terminated: 143 }

outliveOutput()
const env = readEnv(RunnerEnv)
const stop = new AbortController()
// Never removed: execa's exit hook takes a signal with no other listeners for the death of this process.
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop.abort())

const response = await fetch(`${env.ECS_CONTAINER_METADATA_URI_V4}/task`)
const { TaskARN: me } = TaskMetadata.parse(await response.json())
const lease = Lease.parse({ key: env.VARIANT_KEY, generationId: env.GENERATION_ID, attempt: env.ATTEMPT })
const patience = { ...PATIENT, until: stop.signal }
const bucket = openBucket(env, patience)
const secrets = openKnownSecrets()
const log = openGenerationLog(bucket, lease, { level: env.LOG_LEVEL, secrets: secretsOf(env), mask: secrets.maskKnown })
const table = openTable(env, patience)
const outcome = await run({ env, table, bucket, lease: { ...lease, me }, log, secrets, signal: stop.signal })
log.info(`this attempt ended: ${outcome}`)
// Otherwise the SDK's open sockets would keep the task alive for seconds.
process.exit(exitCodes[outcome])

import { once } from 'node:events'
import { join } from 'node:path'
import type { VariantView } from '../../api/variant.ts'
import { inheritedEnv, LocalEnv, readEnv } from '../../shared/env.ts'
import { outliveOutput } from '../../shared/log.ts'
import { addressOf, type LocalClient, localClient } from './api-client.ts'
import { earlierExport, exportSite } from './demo/export-site.ts'
import { followGeneration } from './demo/follow-generation.ts'
import { type DemoArguments, readArguments, USAGE } from './demo/read-arguments.ts'
import { serveReader } from './demo/serve-reader.ts'
import { plainly } from './plainly.ts'
import { startAnnounced } from './start-announced.ts'
import { Stopped, stopSignal } from './stop-signal.ts'

const STAND_IN =
  'No --provider: a stand-in writes the pages from what is in the repository. No model is asked; it costs nothing.'

// A closed terminal must not keep it from ending in good order.
outliveOutput()

await plainly(async () => {
  const inherited = inheritedEnv()
  const wanted = readArguments(readEnv(LocalEnv, inherited).AI_PROVIDER)
  if (!wanted) return console.log(USAGE)
  const env = readEnv(LocalEnv, { LOG_LEVEL: 'error', ...inherited, ...(wanted.once ? { PORT: '0' } : {}) })
  // Now, and not when the pages are paid for.
  if (wanted.out) await earlierExport(wanted.out)
  if (wanted.standIn) console.log(STAND_IN)
  const stop = stopSignal()
  const service = await startAnnounced(env, wanted)
  try {
    process.exitCode = await demo(localClient(service.url, service.adminKey), wanted, env.AI_MODEL, stop)
  } catch (error) {
    if (!(error instanceof Stopped)) throw error
    console.error('Stopping. Once more Ctrl-C ends it at once.')
    await service.close()
    console.error('Stopped. The same command goes on where it was.')
    process.exit(error.exitCode)
  } finally {
    await service.close()
  }
})

/** Gives the exit code. @throws Stopped before there is anything to read */
async function demo(api: LocalClient, wanted: DemoArguments, usualModel: string, stop: AbortSignal): Promise<number> {
  stop.throwIfAborted()
  const { name, source, provider: ai_provider, model: ai_model = usualModel, force } = wanted
  const variant = await followGeneration(api, name, { ...source, ai_provider, ai_model, force }, stop)
  const failed = variant.status !== 'ready'
  if (failed) console.error(explain(variant))
  if (variant.last_generated === null) return 1
  if (wanted.out) {
    console.log(`${await exportSite(api, variant, wanted.out)} files written. Open ${join(wanted.out, 'index.html')}`)
  }
  if (!wanted.once) await serveUntil(stop, api, variant)
  return failed ? 1 : 0
}

/** Of a generation that did not end well: why, what there is to read, and what to do. */
function explain({ error_message, status, last_generated, page_count }: VariantView): string {
  const reason = error_message ?? status
  return last_generated === null
    ? `${reason}\nNothing is published yet. The same command tries again, and keeps what is finished.`
    : `${reason}\nPublished are ${page_count} pages, of ${last_generated} UTC. The same command makes only what is missing.`
}

async function serveUntil(stop: AbortSignal, api: LocalClient, variant: VariantView): Promise<void> {
  const reader = await serveReader(api, `/docs/${addressOf(variant)}/`)
  console.log(`\nRead it at ${reader.url}\nCtrl-C ends it.`)
  if (!stop.aborted) await once(stop, 'abort')
  await reader.close()
}

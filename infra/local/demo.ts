import { once } from 'node:events'
import { join } from 'node:path'
import type { VariantView } from '../../api/variant.ts'
import { inheritedEnv, LocalEnv, provideEnv, readEnv } from '../../shared/env.ts'
import { outliveOutput } from '../../shared/log.ts'
import { visibleText } from '../../shared/visible-text.ts'
import { addressOf, type LocalClient, localClient } from './api-client.ts'
import { exportSite, previousExport } from './demo/export-site.ts'
import { followGeneration } from './demo/follow-generation.ts'
import { judgeSite } from './demo/judge-site.ts'
import { ownAccess } from './demo/own-access.ts'
import { type DemoArguments, readArguments, USAGE } from './demo/read-arguments.ts'
import { serveReader } from './demo/serve-reader.ts'
import { exitOnError } from './exit-on-error.ts'
import { startAndAnnounce } from './start-and-announce.ts'
import { Stopped, stopSignal } from './stop-signal.ts'

const STAND_IN =
  'No --provider given: a stand-in writes the pages from what is in the repository. It calls no model and costs nothing.'

/** The texts of runner/stages/explain-access.ts and clone-failures.ts. */
const ACCESS_NEEDED = /was not found, or it is private|needs an SSH key/
const PRIVATE_HINT = 'If the repository is private and you have access to it, add --private.'

// Shut down cleanly even when the terminal is closed.
outliveOutput()

await exitOnError(async () => {
  const inherited = inheritedEnv()
  const args = readArguments(readEnv(LocalEnv, inherited).AI_PROVIDER)
  if (!args) return console.log(USAGE)
  const env = readEnv(LocalEnv, { LOG_LEVEL: 'error', ...inherited, ...(args.once ? { PORT: '0' } : {}) })
  // Check the folder before any money is spent.
  if (args.out) await previousExport(args.out)
  if (args.standIn) console.log(STAND_IN)
  if (args.ownAccess) await useOwnAccess(args, inherited)
  const stop = stopSignal()
  const service = await startAndAnnounce(env, args)
  try {
    process.exitCode = await demo(localClient(service.url, service.adminKey), args, env.AI_MODEL, stop)
  } catch (error) {
    if (!(error instanceof Stopped)) throw error
    console.error('Stopping. Press Ctrl-C again to quit at once.')
    await service.close()
    console.error('Stopped. Run the same command to continue.')
    process.exit(error.exitCode)
  } finally {
    await service.close()
  }
})

async function useOwnAccess(
  { source, standIn, provider }: DemoArguments,
  inherited: Record<string, string>,
): Promise<void> {
  if (!('repo_url' in source)) return
  const { settings, notice } = await ownAccess(source.repo_url, inherited)
  provideEnv(settings)
  console.log(notice)
  if (!standIn) console.log(`${provider} reads the clone: its provider sees this private code.`)
}

/** Returns the exit code. @throws Stopped when stopped before the generation has ended */
async function demo(api: LocalClient, args: DemoArguments, defaultModel: string, stop: AbortSignal): Promise<number> {
  stop.throwIfAborted()
  const { name, source, provider: ai_provider, model: ai_model = defaultModel, force } = args
  const variant = await followGeneration(api, name, { ...source, name, ai_provider, ai_model, force }, stop)
  const failed = variant.status !== 'ready'
  if (failed) console.error(explain(variant))
  if (failed && !args.ownAccess && ACCESS_NEEDED.test(variant.error_message ?? '')) console.error(PRIVATE_HINT)
  if (variant.last_generated === null) return 1
  if (args.out) {
    console.log(`Wrote ${await exportSite(api, variant, args.out)} files. Open ${join(args.out, 'index.html')}`)
  }
  if ('repo_path' in source) {
    const judgement = await judgeSite(api, variant, source.repo_path, stop)
    if (judgement) console.log(`Held against the code: ${visibleText(judgement)}.`)
  }
  if (!args.once) await serveUntil(stop, api, variant)
  return failed ? 1 : 0
}

/** Why the generation did not succeed, what can be read anyway, and what to do. */
function explain({ error_message, status, last_generated, page_count }: VariantView): string {
  const reason = visibleText(error_message ?? status)
  return last_generated === null
    ? `${reason}\nNothing is published yet. Run the same command to try again; finished pages are kept.`
    : `${reason}\n${page_count} pages are published (${last_generated} UTC). Run the same command to make the missing ones.`
}

async function serveUntil(stop: AbortSignal, api: LocalClient, variant: VariantView): Promise<void> {
  const reader = await serveReader(api, `/docs/${addressOf(variant)}/`)
  console.log(`\nRead it at ${reader.url}\nPress Ctrl-C to stop.`)
  if (!stop.aborted) await once(stop, 'abort')
  await reader.close()
}

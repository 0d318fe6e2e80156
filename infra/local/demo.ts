import { once } from 'node:events'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { VariantView } from '../../api/variant.ts'
import { inheritedEnv, LocalEnv, provideEnv, readEnv } from '../../shared/env.ts'
import { outliveOutput } from '../../shared/log.ts'
import { addressOf, type LocalClient, localClient } from './api-client.ts'
import { checkProvider } from './demo/check-provider.ts'
import { commandWithModel, WITH_A_MODEL, whatFailed, whatIsDoubtful, whatWasMade } from './demo/conclude.ts'
import { exportSite, previousExport } from './demo/export-site.ts'
import { findSource, type Source } from './demo/find-source.ts'
import { followGeneration } from './demo/follow-generation.ts'
import { freePort } from './demo/free-port.ts'
import { type DemoService, joinOrStart } from './demo/join-or-start.ts'
import { judgeSite } from './demo/judge-site.ts'
import { openBrowser } from './demo/open-browser.ts'
import { ownAccess } from './demo/own-access.ts'
import { type DemoArguments, readArguments, USAGE } from './demo/read-arguments.ts'
import { serveReader } from './demo/serve-reader.ts'
import { exitOnError } from './exit-on-error.ts'
import { command, complain, say } from './print.ts'
import { Stopped, stopSignal } from './stop-signal.ts'

const STAND_IN =
  'No --provider given: a stand-in writes the pages from what is in the repository. It calls no model and costs nothing.'

/** The texts of runner/stages/explain-access.ts and clone-failures.ts, and what the demo adds to them. */
const ACCESS = {
  failure: /was not found, or it is private|needs an SSH key/,
  hint: 'If the repository is private and you have access to it, add --private.',
}
const BRANCH = {
  failure: /has no branch or tag/,
  hint: 'If the name of the branch has a slash, name it with --branch: an address does not show where it ends.',
}

const OTHER_ENDED = 'The docsfy that this demo had joined has ended. Run the same command to continue.'

/** How often to check whether the service that was joined is still there. */
const CHECK_MS = 1_000

// Shut down cleanly even when the terminal is closed.
outliveOutput()

await exitOnError(async () => {
  const inherited = inheritedEnv()
  const args = readArguments(readEnv(LocalEnv, inherited).AI_PROVIDER)
  if (!args) return console.log(USAGE)
  const from = inherited.INIT_CWD ?? process.cwd()
  if (!args.standIn) for (const note of await checkProvider(args.provider, inherited)) say(note)
  const found = await findSource(args.repository, from)
  const out = args.out === undefined ? undefined : resolve(from, args.out)
  // Check the folder before any money is spent.
  if (out) await previousExport(out)
  if (args.standIn) say(STAND_IN)
  for (const note of found.notes) say(note)
  if (args.ownAccess) await useOwnAccess(found, args, inherited)
  const env = readEnv(LocalEnv, { LOG_LEVEL: 'error', ...inherited, ...(args.once ? { PORT: '0' } : {}) })
  if (!inherited.PORT) env.PORT = await freePort(env.HOST, env.PORT)
  const stop = stopSignal()
  const service = await joinOrStart(env, args)
  try {
    process.exitCode = await demo(service, { ...args, out }, found, env.AI_MODEL, stop)
  } catch (error) {
    if (!(error instanceof Stopped)) throw service.isJoined && isUnreachable(error) ? new Error(OTHER_ENDED) : error
    complain('Stopping. Press Ctrl-C again to quit at once.')
    await service.close()
    complain(
      service.isJoined
        ? 'Stopped. The other docsfy goes on with what it does.'
        : 'Stopped. Run the same command to continue.',
    )
    process.exit(error.exitCode)
  } finally {
    await service.close()
  }
})

function isUnreachable(error: unknown): boolean {
  return error instanceof TypeError && error.message === 'fetch failed'
}

async function useOwnAccess(
  { source }: Source,
  { standIn, provider }: DemoArguments,
  inherited: Record<string, string>,
): Promise<void> {
  if (!('repo_url' in source)) throw new Error('--private needs the URL of a repository. A folder needs no access.')
  const { settings, notice } = await ownAccess(source.repo_url, inherited)
  provideEnv(settings)
  say(notice)
  if (!standIn) say(`${provider} reads the clone: its provider sees this private code.`)
}

/** Returns the exit code. @throws Stopped when stopped before everything was made */
async function demo(
  service: DemoService,
  args: DemoArguments,
  found: Source,
  defaultModel: string,
  stop: AbortSignal,
): Promise<number> {
  stop.throwIfAborted()
  const api = localClient(service.url, service.adminKey)
  const { provider: ai_provider, model: ai_model = defaultModel, force, branch = found.branch } = args
  const named = { name: args.name ?? found.name, ...(branch === undefined ? {} : { branch }) }
  const request = { ...found.source, ...named, ai_provider, ai_model, force }
  const variant = await followGeneration({ api, isJoined: service.isJoined }, request, stop)
  const failed = variant.status !== 'ready'
  if (failed) complain(whatFailed(variant))
  for (const { failure, hint } of args.ownAccess ? [BRANCH] : [ACCESS, BRANCH])
    if (failed && failure.test(variant.error_message ?? '')) complain(hint)
  if (variant.last_generated === null) return 1
  if (!failed) say(whatWasMade(variant, args))
  const judgement = await judgeSite(api, variant, found, stop)
  stop.throwIfAborted()
  for (const line of whatIsDoubtful(variant, judgement)) say(line)
  const file = args.out && join(args.out, 'index.html')
  if (args.out && file) say(`Wrote ${await exportSite(api, variant, args.out)} files. Open ${file}`)
  if (args.standIn) say(`\n${WITH_A_MODEL}\n`)
  if (args.standIn) console.log(command(commandWithModel(process.argv.slice(2))))
  if (args.open && args.once && file) await openBrowser(file)
  if (!args.once) await serveUntil(stop, service, api, variant, args)
  return failed ? 1 : 0
}

async function serveUntil(
  stop: AbortSignal,
  { url, isJoined }: DemoService,
  api: LocalClient,
  variant: VariantView,
  { open }: DemoArguments,
): Promise<void> {
  const reader = await serveReader(api, `/docs/${addressOf(variant)}/`)
  say(`\nRead it at ${reader.url}\nPress Ctrl-C to stop.`)
  if (open) await openBrowser(reader.url)
  try {
    // A reader without its service would show nothing.
    if (isJoined) while (!stop.aborted) await Promise.all([fetch(`${url}/health`), pause(stop)])
    else if (!stop.aborted) await once(stop, 'abort')
  } finally {
    await reader.close()
  }
}

async function pause(stop: AbortSignal): Promise<void> {
  await sleep(CHECK_MS, undefined, { signal: stop }).catch(() => undefined)
}

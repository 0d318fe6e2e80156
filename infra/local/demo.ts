import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { inheritedEnv, LocalEnv, readEnv } from '../../shared/env.ts'
import { parseRepositoryUrl } from '../../shared/repository-address.ts'
import { Provider } from '../../shared/variant.ts'
import { localClient } from './api-client.ts'
import { earlierExport, exportSite } from './demo/export-site.ts'
import { followGeneration } from './demo/follow-generation.ts'
import { serveReader } from './demo/serve-reader.ts'
import { plainly } from './plainly.ts'
import { startService } from './service.ts'

const USAGE = `Documents a repository on this machine and serves the site.

  npm run demo [-- [repository] [options]]

  repository        an address (https://…) or a folder with a git repository; this project itself by default
  --provider P      use a real AI CLI: claude, gemini or cursor. Without it a stand-in writes the pages, which costs nothing
  --model M         the model for it; gemini and cursor need one
  --force           make everything anew
  --out DIR         write the site to DIR, too, in place of an earlier one
  --once            end when the site is made
  --help`

const options = {
  provider: { type: 'string' },
  model: { type: 'string' },
  force: { type: 'boolean', default: false },
  out: { type: 'string' },
  once: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const

await plainly(async () => {
  const { values, positionals } = parse()
  if (values.help) return console.log(USAGE)
  const env = readEnv(LocalEnv, { LOG_LEVEL: 'error', ...inheritedEnv(), ...(values.once ? { PORT: '0' } : {}) })
  const request = { ...sourceOf(positionals[0]), ...modelOf(values, env.AI_PROVIDER), force: values.force }
  const out = values.out === undefined ? undefined : resolve(values.out)
  // Now, and not when the pages are paid for.
  if (out) await earlierExport(out)
  if (!values.provider)
    console.log(
      'No --provider: a stand-in writes the pages from what is in the repository. No model is asked; it costs nothing.',
    )
  const service = await startService(env, { standIn: values.provider === undefined })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void service.close().then(() => process.exit(values.once ? 130 : 0)))
  }
  const api = localClient(service.url, service.adminKey)
  const variant = await followGeneration(api, request).catch(async (error) => {
    await service.close()
    throw error
  })
  const site = `/docs/${[variant.name, variant.branch, variant.ai_provider, variant.ai_model].map(encodeURIComponent).join('/')}/`
  if (out) console.log(`${await exportSite(api, variant, out)} files written. Open ${join(out, 'index.html')}`)
  if (values.once) return await service.close()
  const reader = await serveReader(api, site)
  console.log(
    `\nRead it at ${reader.url}\nThe API is at ${service.url}; the admin key is in ${service.adminKeyFile ?? 'ADMIN_KEY'}.\nCtrl-C ends it.`,
  )
})

function parse() {
  try {
    const parsed = parseArgs({ options, allowPositionals: true })
    if (parsed.positionals.length > 1) throw new Error('Only one repository at a time.')
    return parsed
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : error}\n\n${USAGE}`)
  }
}

function modelOf(
  { provider, model }: { provider?: string; model?: string },
  usualProvider: string,
): { ai_provider: Provider; ai_model?: string } {
  if (provider === undefined && model !== undefined) throw new Error('--model needs --provider.')
  if (provider === undefined) return { ai_provider: 'claude', ai_model: 'stand-in' }
  const known = Provider.safeParse(provider)
  if (!known.success) throw new Error(`--provider must be one of ${Provider.options.join(', ')}.`)
  if (model === undefined && provider !== usualProvider) {
    throw new Error(
      `--provider ${provider} needs --model: without one, the service would ask for a model of ${usualProvider}.`,
    )
  }
  return { ai_provider: known.data, ...(model === undefined ? {} : { ai_model: model }) }
}

function sourceOf(repository: string | undefined): { repo_url: string } | { repo_path: string } {
  if (repository !== undefined && parseRepositoryUrl(repository)) return { repo_url: repository }
  const path = repository === undefined ? fileURLToPath(new URL('../..', import.meta.url)) : resolve(repository)
  if (existsSync(path)) return { repo_path: path.replace(/(?<=.)\/$/, '') }
  throw new Error(
    `'${repository}' is neither the address of a git repository (https://host/group/name) nor a folder on this machine.`,
  )
}

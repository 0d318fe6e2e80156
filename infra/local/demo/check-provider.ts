import { delimiter, dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import * as z from 'zod'
import { readEnv } from '../../../shared/env.ts'
import { parseJson } from '../../../shared/parse-json.ts'
import { descriptors, providerVariables } from '../../../shared/providers/descriptors.ts'
import type { Provider } from '../../../shared/variant.ts'
import { visibleLine } from '../../../shared/visible-text.ts'

const KEY_TIMEOUT_MS = 5_000

type Variables = Record<string, string | undefined>
const ProvidersEnv = z.object(providerVariables)
type ProvidersEnv = z.infer<typeof ProvidersEnv>

/**
 * Checks that a provider's CLI starts and that there is a key that the provider takes, before anything else is done. Asks no model, so
 * it costs nothing. Returns what to tell the user.
 *
 * @throws Error that lists everything that is missing, and how to get it
 */
export async function checkProvider(provider: Provider, variables: Variables): Promise<string[]> {
  const env = readEnv(ProvidersEnv, variables)
  const [cli, key] = await Promise.all([checkCli(provider, env, variables), checkKey(provider, env)])
  const missing = [cli.missing, key].flatMap((problem) => problem ?? [])
  if (missing.length > 0) throw new Error([`--provider ${provider} needs:`, ...missing].join('\n'))
  return cli.notes
}

async function checkCli(
  provider: Provider,
  env: ProvidersEnv,
  variables: Variables,
): Promise<{ missing?: string; notes: string[] }> {
  const { executable, get } = descriptors[provider]
  const file = visibleLine(env[executable])
  const answer = await askRunner(provider, variables)
  if (answer.ok) return { notes: notesOn(provider, visibleLine(answer.text)) }
  // Without a key it has started.
  if (answer.kind === 'no-key') return { notes: [] }
  const missing =
    answer.kind === 'not-started'
      ? `- Its CLI: '${file}' was not found or is not executable. Set ${executable} to its path, or install it:`
      : `- A CLI that starts: '${file} --version' failed (${visibleLine(answer.message)}). Install it again:`
  return { notes: [], missing: `${missing}\n    ${get.cli}` }
}

const Answer = z.union([
  z.object({ ok: z.literal(true), text: z.string() }),
  z.object({ ok: z.literal(false), kind: z.string(), message: z.string() }),
])

/** The CLI as the runner starts it. */
async function askRunner(provider: Provider, variables: Variables): Promise<z.infer<typeof Answer>> {
  const env = { ...variables, PATH: [dirname(process.execPath), variables.PATH ?? ''].join(delimiter) }
  const { stdout } = await execa(process.execPath, [program, provider], { env, extendEnv: false, stdin: 'ignore' })
  return Answer.parse(parseJson(stdout))
}

const program = fileURLToPath(new URL('../../../runner/check-provider.ts', import.meta.url))

function notesOn(provider: Provider, said: string): string[] {
  const { get } = descriptors[provider]
  const version = /(?<![\d.])\d{1,9}\.\d{1,9}\.\d{1,9}/.exec(said)?.[0]
  if (version === undefined || get.version === undefined || !isOlder(version, get.version)) return []
  return [
    `${provider} is version ${version}; docsfy is tested with ${get.version}. If it fails, update it:\n  ${get.cli}`,
  ]
}

function isOlder(version: string, than: string): boolean {
  const [ours, theirs] = [version, than].map((text) => text.split('.').map(Number))
  const first = ours?.findIndex((part, index) => part !== theirs?.[index]) ?? -1
  return first >= 0 && (ours?.[first] ?? 0) < (theirs?.[first] ?? 0)
}

async function checkKey(provider: Provider, env: ProvidersEnv): Promise<string | undefined> {
  const { keyName, get } = descriptors[provider]
  const name = keyName(env)
  const key = env[name]
  const how = `Get one at ${get.keys}, then:\n    export ${name}=…`
  if (!key) return `- A key: ${name} is not set. ${how}`
  if (await isRefused(name, key, env)) return `- Another key: the one in ${name} was refused. ${how}`
  return undefined
}

/** Asks the provider's list of models, which is free. Only a clear refusal counts: a gateway may have no such list. */
async function isRefused(name: string, key: string, env: ProvidersEnv): Promise<boolean> {
  const probe = probes[name]
  if (!probe) return false
  const { url, headers, refusal } = probe(key, env)
  try {
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(KEY_TIMEOUT_MS), redirect: 'manual' })
    return [400, 401, 403].includes(response.status) && refusal.test(await response.text())
  } catch {
    return false
  }
}

interface Probe {
  url: string
  headers: Record<string, string>
  /** What the body of a refusal has. */
  refusal: RegExp
}

/** By the variable that holds the key. */
const probes: Record<string, (key: string, env: ProvidersEnv) => Probe> = {
  // https://docs.anthropic.com/en/api/models-list, https://docs.anthropic.com/en/api/errors
  ANTHROPIC_API_KEY: (key, { ANTHROPIC_BASE_URL = 'https://api.anthropic.com' }) => ({
    url: `${withoutSlash(ANTHROPIC_BASE_URL)}/v1/models?limit=1`,
    headers: { 'x-api-key': key, 'anthropic-version': '2023-06-01' },
    refusal: /"authentication_error"/,
  }),
  // https://ai.google.dev/api/models, https://ai.google.dev/gemini-api/docs/troubleshooting
  GEMINI_API_KEY: (key, { GOOGLE_GEMINI_BASE_URL = 'https://generativelanguage.googleapis.com' }) => ({
    url: `${withoutSlash(GOOGLE_GEMINI_BASE_URL)}/v1beta/models?pageSize=1`,
    headers: { 'x-goog-api-key': key },
    refusal: /"API_KEY_INVALID"/,
  }),
}

const withoutSlash = (url: string): string => url.replace(/\/$/, '')

import { z } from 'zod'
import type { Answer, ProviderRow } from './providers.ts'

const TOOLS = ['Read', 'Grep', 'Glob']

/** Files of the clone that no page needs and that may hold credentials. */
const settings = { permissions: { deny: ['Read(./.git/**)', 'Grep(./.git/**)', 'Read(./.env)'] } }

/** Claude Code, as measured with 2.1.330: read-only, nothing of the repository's own configuration is loaded. */
export const claude: ProviderRow = {
  executable: (env) => env.AI_CLI_CLAUDE,
  key: (env) => ({ variable: 'ANTHROPIC_API_KEY', value: env.ANTHROPIC_API_KEY }),
  args: ({ model, maxTurns, maxCostUsd }) => [
    '-p',
    // Always taken as a value, whatever it begins with.
    ...['--model', model],
    ...['--output-format', 'stream-json', '--verbose'],
    ...['--restricted', '--tools', TOOLS.join(',')],
    ...['--setting-sources', '', '--strict-mcp-config'],
    ...['--permission-mode', 'dontAsk', '--permission-prompts', 'none'],
    ...['--disable-slash-commands', '--no-session-persistence'],
    ...['--max-turns', String(maxTurns)],
    ...(maxCostUsd === undefined ? [] : ['--max-budget-usd', String(maxCostUsd)]),
    ...['--settings', JSON.stringify(settings)],
  ],
  environment: (env) => ({
    ...(env.ANTHROPIC_API_KEY ? { ANTHROPIC_API_KEY: env.ANTHROPIC_API_KEY } : {}),
    ...(env.ANTHROPIC_BASE_URL ? { ANTHROPIC_BASE_URL: env.ANTHROPIC_BASE_URL } : {}),
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_TELEMETRY: '1',
    DISABLE_ERROR_REPORTING: '1',
    DISABLE_AUTOUPDATER: '1',
    // `@file` in a prompt would be read into it; branch and commit texts would go into the system prompt.
    CLAUDE_CODE_DISABLE_FILE_MENTIONS: '1',
    CLAUDE_CODE_DISABLE_GIT_INSTRUCTIONS: '1',
    CLAUDE_CODE_MAX_RETRIES: '3',
    API_TIMEOUT_MS: '120000',
    CLAUDE_BYTE_STREAM_IDLE_TIMEOUT_MS: '120000',
  }),
  answer,
}

const Block = z.looseObject({ type: z.string(), text: z.string().optional() })
const Event = z.looseObject({
  type: z.string(),
  subtype: z.string().optional(),
  isSynthetic: z.boolean().optional(),
  tools: z.array(z.string()).optional(),
  mcp_servers: z.array(z.unknown()).optional(),
  message: z.looseObject({ content: z.union([z.string(), z.array(Block)]) }).optional(),
  is_error: z.boolean().optional(),
  api_error_status: z.number().nullish(),
  result: z.string().optional(),
  errors: z.array(z.string()).optional(),
  total_cost_usd: z.number().optional(),
})
type Event = z.infer<typeof Event>

function answer(stdout: string, stderr: string, exitCode: number | undefined): Answer {
  const events = stdout.split('\n').flatMap(readEvent)
  const result = events.find(({ type }) => type === 'result')
  const costUsd = result?.total_cost_usd ?? 0
  const unsafe = whatIsOpen(events.find(({ type, subtype }) => type === 'system' && subtype === 'init'))
  if (unsafe) return { ok: false, message: unsafe, retryable: false, costUsd }
  const text = lastText(events)
  if (exitCode === 0 && result && !result.is_error && text) return { ok: true, text, costUsd }
  const status = result?.api_error_status
  const message = result?.errors?.join('; ') || (result?.is_error && result.result) || stderr.trim().slice(-2_000)
  const transient =
    status === undefined || status === null ? !result?.is_error || isConnection(message || '') : isTransient(status)
  return {
    ok: false,
    message: message || (result ? 'the answer was empty' : 'it printed no result'),
    retryable: transient,
    costUsd,
  }
}

function readEvent(line: string): Event[] {
  try {
    const event = Event.safeParse(JSON.parse(line))
    return event.success ? [event.data] : []
  } catch {
    return []
  }
}

/** What the CLI says at its start must match what it was told; another version might have more tools. */
function whatIsOpen(init: Event | undefined): string | undefined {
  const extra = (init?.tools ?? []).filter((tool) => !TOOLS.includes(tool))
  if (extra.length > 0) return `it offers tools that must be off: ${extra.join(', ')}`
  return (init?.mcp_servers?.length ?? 0) > 0 ? 'it runs MCP servers, which must be off' : undefined
}

/** `result.result` is only the last block: after a continuation it is half of the answer. */
function lastText(events: readonly Event[]): string {
  const lastTool = events.findLastIndex(({ type, isSynthetic }) => type === 'user' && !isSynthetic)
  return events
    .slice(lastTool + 1)
    .filter(({ type }) => type === 'assistant')
    .flatMap(({ message }) => (Array.isArray(message?.content) ? message.content : []))
    .map((block) => (block.type === 'text' ? (block.text ?? '') : ''))
    .join('')
    .trim()
}

const isTransient = (status: number): boolean => status === 408 || status === 409 || status === 429 || status >= 500
const isConnection = (message: string): boolean =>
  /ECONNREFUSED|ENOTFOUND|ECONNRESET|timed out|Connection lost|stream idle|stopped arriving/i.test(message)

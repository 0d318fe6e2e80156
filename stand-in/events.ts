import { randomUUID } from 'node:crypto'
import type { Watch } from './clone/repository.ts'
import type { CommandLine } from './command-line.ts'

const noUsage = {
  input_tokens: 0,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
  output_tokens: 0,
}

/** Reports the run on stdout as the real CLI does: events as they happen with `stream-json`, otherwise only the result. */
export function openReport({ model, format, tools, permissionMode }: CommandLine, version: string) {
  const session = { session_id: randomUUID() }
  const started = performance.now()
  let calls = 0
  const emit = (event: object) => format === 'stream-json' && print({ ...event, ...session, uuid: randomUUID() })

  const say = (content: object) =>
    emit({
      type: 'assistant',
      message: { id: `msg_${calls}`, type: 'message', role: 'assistant', model, content: [content], usage: noUsage },
      parent_tool_use_id: null,
    })

  const watch: Watch = (name, input, result) => {
    const id = `toolu_${calls++}`
    say({ type: 'tool_use', id, name, input })
    const content = [{ tool_use_id: id, type: 'tool_result', content: result }]
    emit({ type: 'user', message: { role: 'user', content }, parent_tool_use_id: null })
  }

  const finish = (isError: boolean, text: string, apiErrorStatus: number | null = null) => {
    if (format === 'text') return void process.stdout.write(`${text}\n`)
    print({
      type: 'result',
      subtype: 'success',
      is_error: isError,
      api_error_status: apiErrorStatus,
      duration_ms: Math.round(performance.now() - started),
      num_turns: 1 + calls,
      result: text,
      stop_reason: 'end_turn',
      terminal_reason: 'completed',
      total_cost_usd: 0,
      usage: noUsage,
      modelUsage: {},
      permission_denials: [],
      ...session,
    })
  }

  const init = { type: 'system', subtype: 'init', cwd: process.cwd(), model, permissionMode, tools, mcp_servers: [] }
  emit({ ...init, slash_commands: [], skills: [], apiKeySource: 'none', claude_code_version: version })
  return { watch, finish, answer: (text: string) => say({ type: 'text', text }) }
}

const print = (event: object) => process.stdout.write(`${JSON.stringify(event)}\n`)

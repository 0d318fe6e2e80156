import type { ProviderEnv } from '../../../shared/providers/descriptors.ts'
import { readClaude, TOOLS } from './claude-output.ts'
import { listPrice } from './claude-prices.ts'
import { googleCredentials } from './google-credentials.ts'
import type { ProviderAdapter } from './provider.ts'

/** Denies files of the clone that no page needs and that may hold credentials. */
const settings = { permissions: { deny: ['Read(./.git/**)', 'Grep(./.git/**)', 'Read(./.env)'] } }

/** Claude Code, as measured with 2.1.330: read-only, and it loads none of the repository's own configuration. */
export const claude: ProviderAdapter<'claude'> = {
  args: ({ system, model, maxTurns, maxCostUsd }) => [
    '-p',
    // In place of its own, which demands short answers without headings.
    ...['--system-prompt', system],
    // Always parsed as a value, even if it begins with a dash.
    ...['--model', model],
    ...['--output-format', 'stream-json', '--verbose', '--include-partial-messages'],
    ...['--restricted', '--tools', TOOLS.join(',')],
    ...['--setting-sources', '', '--strict-mcp-config'],
    ...['--permission-mode', 'dontAsk', '--permission-prompts', 'none'],
    ...['--disable-slash-commands', '--no-session-persistence'],
    ...['--max-turns', String(maxTurns)],
    ...(maxCostUsd === undefined ? [] : ['--max-budget-usd', String(maxCostUsd)]),
    ...['--settings', JSON.stringify(settings)],
  ],
  input: ({ prompt }) => prompt,
  files: (env) => (env.CLAUDE_CODE_USE_VERTEX ? googleCredentials.file(env) : {}),
  environment: (env, home) => ({
    ...backend(env, home),
    CLAUDE_CODE_TMPDIR: home,
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_TELEMETRY: '1',
    DISABLE_ERROR_REPORTING: '1',
    DISABLE_AUTOUPDATER: '1',
    // Otherwise `@file` in a prompt would pull in that file, and branch and commit texts would go into the system prompt.
    CLAUDE_CODE_DISABLE_FILE_MENTIONS: '1',
    CLAUDE_CODE_DISABLE_GIT_INSTRUCTIONS: '1',
    CLAUDE_CODE_MAX_RETRIES: '3',
    API_TIMEOUT_MS: '120000',
    CLAUDE_BYTE_STREAM_IDLE_TIMEOUT_MS: '120000',
  }),
  // Only on SIGINT does it still report its cost so far.
  stopSignal: 'SIGINT',
  // It ends a dead connection within two minutes and reports it, but pings alone would keep it waiting forever.
  silenceMinutes: 5,
  read: readClaude,
  listPrice,
}

/**
 * The API it calls, with credentials meant for that alone. The task's own role must not reach the CLI, so its variables aren't
 * passed on, and the CLI's AWS SDK may not query the instance metadata endpoint.
 */
function backend(env: ProviderEnv<'claude'>, home: string): Record<string, string> {
  if (env.CLAUDE_CODE_USE_BEDROCK) {
    return {
      CLAUDE_CODE_USE_BEDROCK: '1',
      AWS_REGION: env.BEDROCK_REGION ?? 'us-east-1',
      AWS_BEARER_TOKEN_BEDROCK: env.AWS_BEARER_TOKEN_BEDROCK ?? '',
      AWS_EC2_METADATA_DISABLED: 'true',
      ...(env.ANTHROPIC_BEDROCK_BASE_URL ? { ANTHROPIC_BEDROCK_BASE_URL: env.ANTHROPIC_BEDROCK_BASE_URL } : {}),
    }
  }
  if (env.CLAUDE_CODE_USE_VERTEX) {
    return {
      CLAUDE_CODE_USE_VERTEX: '1',
      ANTHROPIC_VERTEX_PROJECT_ID: env.ANTHROPIC_VERTEX_PROJECT_ID ?? '',
      CLOUD_ML_REGION: env.CLOUD_ML_REGION ?? 'global',
      ...googleCredentials.environment(home),
    }
  }
  return {
    ANTHROPIC_API_KEY: env.ANTHROPIC_API_KEY ?? '',
    ...(env.ANTHROPIC_BASE_URL ? { ANTHROPIC_BASE_URL: env.ANTHROPIC_BASE_URL } : {}),
  }
}

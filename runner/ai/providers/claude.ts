import type { ProviderEnv, SecretName } from '../../../shared/providers/descriptors.ts'
import { readClaude, TOOLS } from './claude-output.ts'
import { listPrice } from './claude-prices.ts'
import { googleCredentials } from './google-credentials.ts'
import type { ProviderAdapter } from './provider.ts'

/** Files of the clone that no page needs and that may hold credentials. */
const settings = { permissions: { deny: ['Read(./.git/**)', 'Grep(./.git/**)', 'Read(./.env)'] } }

/** Claude Code, as measured with 2.1.330: read-only, nothing of the repository's own configuration is loaded. */
export const claude: ProviderAdapter<'claude'> = {
  keyName,
  args: ({ model, maxTurns, maxCostUsd }) => [
    '-p',
    // Always taken as a value, whatever it begins with.
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
  files: (env) => (env.CLAUDE_CODE_USE_VERTEX ? googleCredentials.file(env) : {}),
  environment: (env, home) => ({
    ...backend(env, home),
    CLAUDE_CODE_TMPDIR: home,
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
  // On SIGINT, and only then, it still says what it has cost so far.
  stopSignal: 'SIGINT',
  // Its own limits end a dead connection within two minutes, and it says so; pings alone would keep it waiting for ever.
  silenceMinutes: 5,
  read: readClaude,
  listPrice,
  agentConfigPaths: [],
}

function keyName(env: ProviderEnv<'claude'>): SecretName {
  if (env.CLAUDE_CODE_USE_BEDROCK) return 'AWS_BEARER_TOKEN_BEDROCK'
  return env.CLAUDE_CODE_USE_VERTEX ? googleCredentials.keyName : 'ANTHROPIC_API_KEY'
}

/**
 * Whose API it calls, with credentials that were given for this alone: the task's own role must not reach the CLI, so neither
 * its variables are handed on nor may the AWS SDK in it look for them at the machine's metadata address.
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

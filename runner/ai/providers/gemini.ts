import { join } from 'node:path'
import type { ProviderEnv } from '../../../shared/providers/descriptors.ts'
import { readGemini } from './gemini-output.ts'
import { costOfTokens } from './gemini-prices.ts'
import { googleCredentials } from './google-credentials.ts'
import type { ProviderAdapter, Question } from './provider.ts'

const TOOLS = ['read_file', 'list_directory', 'glob', 'grep_search']
const POLICY = 'ro-policy.toml'
const SETTINGS = '.gemini/settings.json'
const SYSTEM_PROMPT = 'system.md'

/** Gemini CLI, as measured with 0.61.0. The environment, not the flags, keeps the repository's own settings out. */
export const gemini: ProviderAdapter<'gemini'> = {
  args: ({ model }, home) => [
    // One argument: `-m --yolo` would be read as an option.
    `--model=${model}`,
    // Unlike `json`, this also reports the tokens of failed calls.
    ...['-o', 'stream-json'],
    ...['--approval-mode', 'default', '-e', 'none', '--allowed-mcp-server-names', 'none'],
    ...['--admin-policy', join(home, POLICY)],
  ],
  input: ({ prompt }) => prompt,
  files: (env, question) => ({
    [SYSTEM_PROMPT]: question.system,
    [SETTINGS]: JSON.stringify(settings(env, question)),
    // gemini only warns about a missing policy, so it is written for every call.
    [POLICY]: policy,
    ...(env.GOOGLE_GENAI_USE_VERTEXAI ? googleCredentials.file(env) : {}),
  }),
  environment: (env, home) => ({
    ...backend(env, home),
    // In place of its own, which is about changing code. Without the file it would not start.
    GEMINI_SYSTEM_MD: join(home, SYSTEM_PROMPT),
    // Either one makes the folder untrusted, so none of its settings, hooks, servers, extensions or instructions are loaded.
    GEMINI_CLI_TRUST_WORKSPACE: 'false',
    GEMINI_RESTRICTED_MODE: 'true',
    // Otherwise a second process does the work and survives a signal to the first.
    GEMINI_CLI_NO_RELAUNCH: 'true',
  }),
  stopSignal: 'SIGTERM',
  // Its own limit is five minutes without a byte. Thinking sends bytes but prints nothing.
  silenceMinutes: 10,
  read: readGemini,
  listPrice: costOfTokens,
}

const settings = (env: ProviderEnv<'gemini'>, { maxTurns }: Question) => ({
  security: {
    auth: { selectedType: env.GOOGLE_GENAI_USE_VERTEXAI ? 'vertex-ai' : 'gemini-api-key' },
    // Only turns off the trust dialog. The environment makes the folder untrusted.
    folderTrust: { enabled: false },
  },
  tools: { core: TOOLS },
  model: { maxSessionTurns: maxTurns },
  general: { maxAttempts: 3, enableAutoUpdate: false, enableAutoUpdateNotification: false },
  hooksConfig: { enabled: false },
  skills: { enabled: false },
  experimental: { enableAgents: false },
  privacy: { usageStatisticsEnabled: false },
  telemetry: { enabled: false },
})

/**
 * `glob` is limited to relative patterns (no leading `/`, no `..`, no `{/`), or it would list names outside the clone. `grep_search`
 * puts its pattern on the command line of git or grep, so it must not be an option: `--open-files-in-pager=…` runs a program.
 *
 * gemini encloses each argument in NUL characters before it matches. Without them in the pattern, a nested `"pattern"` would do.
 */
const policy = `[[rule]]
toolName = "*"
decision = "deny"
priority = 900
denyMessage = "Only reading inside the repository is allowed."
[[rule]]
toolName = ["read_file", "list_directory"]
decision = "allow"
priority = 910
[[rule]]
toolName = "grep_search"
argsPattern = '\\x00"pattern":"[^-]'
decision = "allow"
priority = 910
[[rule]]
toolName = "glob"
argsPattern = '\\x00"pattern":"(?!/)(?![^"]*(\\.\\.|[{,]/))[\\w*.@?/{},-]+"\\x00'
decision = "allow"
priority = 910
`

/** gemini takes these four from the clone's `.env` unless they are set here, even to an empty string. */
const notFromTheClone = { GEMINI_API_KEY: '', GOOGLE_API_KEY: '', GOOGLE_CLOUD_PROJECT: '', GOOGLE_CLOUD_LOCATION: '' }

function backend(env: ProviderEnv<'gemini'>, home: string): Record<string, string> {
  if (env.GOOGLE_GENAI_USE_VERTEXAI) {
    return {
      ...notFromTheClone,
      GOOGLE_GENAI_USE_VERTEXAI: 'true',
      GOOGLE_CLOUD_PROJECT: env.GOOGLE_CLOUD_PROJECT ?? '',
      GOOGLE_CLOUD_LOCATION: env.GOOGLE_CLOUD_LOCATION ?? 'global',
      ...googleCredentials.environment(home),
    }
  }
  return {
    ...notFromTheClone,
    GEMINI_API_KEY: env.GEMINI_API_KEY ?? '',
    ...(env.GOOGLE_GEMINI_BASE_URL ? { GOOGLE_GEMINI_BASE_URL: env.GOOGLE_GEMINI_BASE_URL } : {}),
  }
}

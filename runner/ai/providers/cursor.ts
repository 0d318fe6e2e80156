import { readCursor } from './cursor-output.ts'
import type { ProviderAdapter } from './provider.ts'

/** What it may do without asking; nobody is there to be asked. Source: https://cursor.com/docs/cli/reference/permissions */
const config = {
  version: 1,
  editor: { vimMode: false },
  permissions: { allow: ['Read(**)'], deny: ['Shell(*)', 'Write(**)', 'WebFetch(*)'] },
}

/**
 * Cursor's CLI, by its documentation (https://cursor.com/docs/cli): it comes from no package registry, so it was not measured.
 * It gives tokens and no cost.
 */
export const cursor: ProviderAdapter<'cursor'> = {
  keyName: () => 'CURSOR_API_KEY',
  args: ({ model }) => ['-p', '--output-format', 'json', '--mode', 'ask', '--trust', `--model=${model}`],
  files: () => ({ '.cursor/cli-config.json': JSON.stringify(config) }),
  environment: (env) => ({ CURSOR_API_KEY: env.CURSOR_API_KEY ?? '' }),
  stopSignal: 'SIGTERM',
  // It prints nothing before its end, so its silence tells nothing: the limit is ai_cli_timeout.
  silenceMinutes: undefined,
  read: readCursor,
  // A subscription pays for it.
  listPrice: () => null,
  // Hooks, servers and permissions of the repository, which `--trust` would put into force.
  agentConfigPaths: ['.cursor'],
}

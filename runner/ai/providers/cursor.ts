import { readCursor } from './cursor-output.ts'
import type { ProviderAdapter } from './provider.ts'

/** What it may do without asking, since it runs headless. Source: https://cursor.com/docs/cli/reference/permissions */
const config = {
  version: 1,
  editor: { vimMode: false },
  permissions: { allow: ['Read(**)'], deny: ['Shell(*)', 'Write(**)', 'WebFetch(*)'] },
}

/**
 * Cursor's CLI, according to its documentation (https://cursor.com/docs/cli). It isn't in any package registry, so it was not
 * measured. It reports tokens but no cost.
 */
export const cursor: ProviderAdapter<'cursor'> = {
  args: ({ model }) => ['-p', '--output-format', 'json', '--mode', 'ask', '--trust', `--model=${model}`],
  // It has no option for a system prompt.
  input: ({ system, prompt }) => `${system}\n\n${prompt}`,
  files: () => ({ '.cursor/cli-config.json': JSON.stringify(config) }),
  environment: (env) => ({ CURSOR_API_KEY: env.CURSOR_API_KEY ?? '' }),
  stopSignal: 'SIGTERM',
  // It prints nothing until it ends, so silence means nothing. ai_cli_timeout is the limit.
  silenceMinutes: undefined,
  read: readCursor,
  // Covered by a subscription.
  listPrice: () => null,
}

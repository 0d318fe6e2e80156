import { readEnv, ShownSettingsEnv } from '../../shared/env.ts'

/** What the operator has set, or the defaults; none of it is secret. No model looks at pictures here. */
export function settings() {
  const { AI_PROVIDER, AI_MODEL, AI_CLI_TIMEOUT, MAX_CONCURRENT_PAGES } = readEnv(ShownSettingsEnv)
  const shown = {
    default_ai_provider: AI_PROVIDER,
    default_ai_model: AI_MODEL,
    ai_cli_timeout: AI_CLI_TIMEOUT,
    max_concurrent_pages: MAX_CONCURRENT_PAGES,
    vision_provider: null,
    vision_model: null,
  }
  return { settings: shown, env_overrides: Object.keys(shown) }
}

import { readEnv, ShownSettingsEnv } from '../../shared/env.ts'

/** The settings in effect; none is secret. The vision settings are always null: docsfy has no vision model. */
export function settings() {
  const { AI_PROVIDER, AI_MODEL, AI_CLI_TIMEOUT, MAX_CONCURRENT_PAGES } = readEnv(ShownSettingsEnv)
  const values = {
    default_ai_provider: AI_PROVIDER,
    default_ai_model: AI_MODEL,
    ai_cli_timeout: AI_CLI_TIMEOUT,
    max_concurrent_pages: MAX_CONCURRENT_PAGES,
    vision_provider: null,
    vision_model: null,
  }
  return { settings: values, env_overrides: Object.keys(values) }
}

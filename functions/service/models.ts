import { DefaultsEnv, providers, readEnv } from '../../shared/env.ts'

/** The default and what the operator suggests; nothing of what users did. */
export function models() {
  const { AI_PROVIDER, AI_MODEL, AI_MODELS } = readEnv(DefaultsEnv)
  const names = [...new Set([...(AI_MODEL ? [`${AI_PROVIDER}/${AI_MODEL}`] : []), ...AI_MODELS])]
  const of = (provider: string) =>
    names.filter((name) => name.startsWith(`${provider}/`)).map((name) => name.slice(provider.length + 1))
  return {
    providers,
    default_provider: AI_PROVIDER,
    default_model: AI_MODEL,
    available_models: Object.fromEntries(
      providers.map((provider) => [provider, of(provider).map((id) => ({ id, name: id, provider }))]),
    ),
  }
}

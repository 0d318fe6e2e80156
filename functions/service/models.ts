import { DefaultsEnv, providers, readEnv } from '../../shared/env.ts'

/** The default model and the ones the operator suggests. Models that users have requested are not included. */
export function models() {
  const { AI_PROVIDER, AI_MODEL, AI_MODELS } = readEnv(DefaultsEnv)
  const names = [...new Set([...(AI_MODEL ? [`${AI_PROVIDER}/${AI_MODEL}`] : []), ...AI_MODELS])]
  const modelsOf = (provider: string) =>
    names.filter((name) => name.startsWith(`${provider}/`)).map((name) => name.slice(provider.length + 1))
  return {
    providers,
    default_provider: AI_PROVIDER,
    default_model: AI_MODEL,
    available_models: Object.fromEntries(
      providers.map((provider) => [provider, modelsOf(provider).map((id) => ({ id, name: id, provider }))]),
    ),
  }
}

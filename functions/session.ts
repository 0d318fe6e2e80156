import { DefaultsEnv, providers, readEnv } from '../shared/env.ts'
import { isAdmin } from '../shared/user.ts'
import { service } from './api/service.ts'
import { openApiDocument } from './http/openapi.ts'
import { answer, serve } from './http/serve.ts'

/** What needs no project: is the service up, which models are there, who am I. And every address that is none. */
export const handler = serve(
  answer(service.health, async () => ({ status: 200, json: { status: 'ok' as const } })),
  answer(service.models, async () => ({ status: 200, json: models() })),
  answer(service.me, async ({ caller: { username, role } }) => ({
    status: 200,
    json: { username, role, is_admin: isAdmin({ username, role }) },
  })),
  answer(service.openapi, async () => ({ status: 200, json: openApiDocument() })),
)

/** The default and what the operator suggests; nothing of what users did. */
function models() {
  const { AI_PROVIDER, AI_MODEL, AI_MODELS } = readEnv(DefaultsEnv)
  const names = [...new Set([`${AI_PROVIDER}/${AI_MODEL}`, ...AI_MODELS])]
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

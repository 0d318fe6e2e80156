import { DefaultsEnv, providers, readEnv } from '../shared/env.ts'
import { DomainError } from '../shared/errors.ts'
import { isAdmin } from '../shared/user.ts'
import { type Call, publicEndpoint, type Reply, requireCaller } from './http/endpoint.ts'

/** What needs no project: is the service up, which models are there, who am I. */
export const handler = publicEndpoint(async (call) => {
  const answer = answers[`/${call.segments.join('/')}`]
  if (!answer) throw new DomainError('not-found', {})
  return await answer(call)
})

const answers: Record<string, (call: Call) => Promise<Reply>> = {
  '/health': async () => ({ status: 200, json: { status: 'ok' } }),
  '/api/models': async () => ({ status: 200, json: models() }),
  '/api/auth/me': async (call) => {
    const caller = await requireCaller(call)
    return { status: 200, json: { username: caller.username, role: caller.role, is_admin: isAdmin(caller) } }
  },
}

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

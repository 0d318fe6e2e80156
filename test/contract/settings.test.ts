import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Gateways, startGateways } from '../support/gateways.ts'
import { type Client, clientsOf, remote } from './target.ts'

const secrets = { ANTHROPIC_API_KEY: 'sk-ant-very-secret', KEY_PEPPER: 'a-pepper-that-nobody-reads' }
const configured = {
  AI_PROVIDER: 'gemini',
  AI_MODEL: 'gemini-3-pro',
  AI_MODELS: 'claude/opus',
  // Values over a day are capped to a day.
  AI_CLI_TIMEOUT: '9999',
  MAX_CONCURRENT_PAGES: '3',
}

let gateways: Gateways
let admin: Client
let user: Client
beforeAll(async () => {
  if (remote) return
  gateways = await startGateways(1, { ...configured, ...secrets })
  const clients = await clientsOf(gateways.urls[0] ?? '', gateways.adminKey)
  admin = clients.admin
  user = await clients.user()
})
afterAll(async () => await gateways?.[Symbol.asyncDispose]())

test.skipIf(remote)(
  'an admin can read the settings, which come from the environment and contain no secrets',
  async () => {
    const { status, json, text } = await admin.get('/api/admin/settings')
    expect(status).toBe(200)
    expect(json).toEqual({
      settings: {
        default_ai_provider: 'gemini',
        default_ai_model: 'gemini-3-pro',
        ai_cli_timeout: 1_440,
        max_concurrent_pages: 3,
        vision_provider: null,
        vision_model: null,
      },
      env_overrides: [
        'default_ai_provider',
        'default_ai_model',
        'ai_cli_timeout',
        'max_concurrent_pages',
        'vision_provider',
        'vision_model',
      ],
    })
    for (const secret of [...Object.values(secrets), gateways.adminKey]) expect(text).not.toContain(secret)
    expect(await admin.head('/api/admin/settings')).toMatchObject({ status: 200, text: '' })
  },
)

test.skipIf(remote)('settings cannot be changed through the API', async () => {
  const body = { body: { default_ai_model: 'another' } }
  expect(await admin.send('PUT', '/api/admin/settings', body)).toMatchObject({ status: 405, json: detail.method })
  expect(await user.send('PUT', '/api/admin/settings', body)).toMatchObject({ status: 403, json: detail.role })
  expect((await admin.get('/api/admin/settings')).json.settings.default_ai_model).toBe('gemini-3-pro')
})

test.skipIf(remote)('an admin can refresh the models and gets the same as from GET /api/models', async () => {
  const { json } = await user.get('/api/models')
  expect(json).toMatchObject({ default_provider: 'gemini', default_model: 'gemini-3-pro' })
  for (const body of [undefined, {}, { provider: 'claude' }]) {
    expect(await admin.post('/api/models/refresh', body)).toMatchObject({ status: 200, json })
  }
  expect(await user.post('/api/models/refresh')).toMatchObject({ status: 403, json: detail.role })
})

const detail = {
  method: { detail: 'Method Not Allowed' },
  role: { detail: 'Admin access required' },
}

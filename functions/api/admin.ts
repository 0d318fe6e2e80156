import { z } from 'zod'
import { Role } from '../../shared/user.ts'
import { declare } from './declare.ts'

const group = 'Administration'

const createUser = declare({
  method: 'POST',
  paths: ['/api/admin/users'],
  summary: 'Create a user',
  group,
  function: 'admin',
  who: 'admin',
  body: z.object({ username: z.string().nullish(), role: z.string().nullish() }),
  success: {
    200: {
      description: 'The user, and the key, which is shown this once',
      json: z.object({ username: z.string(), api_key: z.string(), role: Role }),
    },
  },
  errors: { 400: 'No name, a bad or a taken one, or no such role' },
  example: { body: { username: 'alice', role: 'user' } },
})

const listUsers = declare({
  method: 'GET',
  paths: ['/api/admin/users'],
  summary: 'All users',
  group,
  function: 'admin',
  who: 'admin',
  success: {
    200: {
      description: 'By name',
      json: z.object({
        users: z.array(z.object({ id: z.uuid(), username: z.string(), role: Role, created_at: z.string() })),
      }),
    },
  },
})

export const admin = { createUser, listUsers }

import * as z from 'zod'
import { boundedText, LONGEST_TEXT } from '../../shared/bounded-text.ts'
import { Role } from '../../shared/user.ts'
import { declare } from '../declare.ts'

const group = 'Administration'

const text = boundedText(LONGEST_TEXT).nullish()
const noUser = 'No such user'
const ownerInQuery = z.object({ owner: z.string().optional().describe('Whose project; or in the body') })
const ownerInBody = text.describe('Whose project; or `?owner=`')

const createUser = declare({
  method: 'POST',
  paths: ['/api/admin/users'],
  summary: 'Create a user',
  group,
  function: 'admin',
  who: 'admin',
  body: z.object({ username: text, role: text }),
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

const rotateKeyOf = declare({
  method: 'POST',
  paths: ['/api/admin/users/{username}/rotate-key'],
  summary: "Replace a user's key",
  group,
  function: 'admin',
  who: 'admin',
  body: z.object({
    new_key: text.describe('At least 16 characters; a random one by default'),
    new_api_key: text.describe('The same, under another name'),
  }),
  success: {
    200: {
      description: 'The key, which is shown this once. The former one and all sessions have ended',
      json: z.object({ username: z.string(), new_api_key: z.string() }),
    },
  },
  errors: { 400: 'The key is too short, or taken', 404: noUser },
  example: { body: {} },
})

const grantAccess = declare({
  method: 'POST',
  paths: ['/api/admin/projects/{name}/access'],
  summary: "Let a user read an owner's project",
  group,
  function: 'admin',
  who: 'admin',
  query: ownerInQuery,
  body: z.object({ username: text, owner: ownerInBody }),
  success: {
    200: {
      description: 'The user may read all its variants, present and future',
      json: z.object({ granted: z.string(), username: z.string(), owner: z.string() }),
    },
  },
  errors: { 400: 'No user or no owner', 404: 'No such user, or the owner has no such project' },
  example: { body: { username: 'alice', owner: 'admin' } },
})

const owner = z.object({ owner: z.string().optional().describe('Whose project') })

const listAccess = declare({
  method: 'GET',
  paths: ['/api/admin/projects/{name}/access'],
  summary: "Who may read an owner's project",
  group,
  function: 'admin',
  who: 'admin',
  query: owner,
  success: {
    200: {
      description: 'The names of those it was granted to',
      json: z.object({ project: z.string(), owner: z.string(), users: z.array(z.string()) }),
    },
  },
  errors: { 400: 'No owner', 404: 'The owner has no such project' },
  example: { query: { owner: 'admin' } },
})

const revokeAccess = declare({
  method: 'DELETE',
  paths: ['/api/admin/projects/{name}/access/{username}'],
  summary: 'Take it back',
  group,
  function: 'admin',
  who: 'admin',
  query: ownerInQuery,
  body: z.object({ owner: ownerInBody }),
  success: {
    200: {
      description: 'The user may not, or no longer, read it',
      json: z.object({ revoked: z.string(), username: z.string(), owner: z.string() }),
    },
  },
  errors: { 400: 'No owner' },
  example: { query: { owner: 'admin' } },
})

const deleteUser = declare({
  method: 'DELETE',
  paths: ['/api/admin/users/{username}'],
  summary: 'Delete a user with everything',
  group,
  function: 'admin',
  who: 'admin',
  success: {
    200: {
      description: 'Key, sessions, grants, variants and sites are gone',
      json: z.object({ deleted: z.string() }),
    },
  },
  errors: { 400: 'It is the caller', 404: noUser, 409: 'Something of theirs is being generated' },
})

const settings = declare({
  method: 'GET',
  paths: ['/api/admin/settings'],
  summary: 'What the service is set to',
  group,
  function: 'admin',
  who: 'admin',
  success: {
    200: {
      description: 'To read only: they are set in the environment of the service, so `env_overrides` names all of them',
      json: z.object({
        settings: z.object({
          default_ai_provider: z.string(),
          default_ai_model: z.string(),
          ai_cli_timeout: z.int().positive(),
          max_concurrent_pages: z.int().positive(),
          vision_provider: z.null(),
          vision_model: z.null(),
        }),
        env_overrides: z.array(z.string()),
      }),
    },
  },
})

export const admin = { createUser, listUsers, rotateKeyOf, grantAccess, listAccess, revokeAccess, deleteUser, settings }

import * as z from 'zod'
import { boundedText, LONGEST_TEXT } from '../../shared/bounded-text.ts'
import { LONGEST_USERNAME, Role, Username } from '../../shared/user.ts'
import { declare } from '../declare.ts'
import { exampleWaiting } from '../example-variant.ts'
import { EXAMPLE_KEY, NewKey } from '../new-key.ts'
import { VariantView } from '../variant.ts'

const group = 'Administration'

const text = boundedText(LONGEST_TEXT).nullish()
const noUser = 'No such user'
const ownerInQuery = z.object({
  owner: z
    .string()
    .optional()
    .meta({ description: "The project's owner; can also be in the body", maxLength: LONGEST_USERNAME }),
})
const ownerInBody = text.describe("The project's owner; can also be `?owner=`")

const createUser = declare({
  method: 'POST',
  paths: ['/api/admin/users'],
  summary: 'Create a user',
  group,
  function: 'admin',
  who: 'admin',
  body: z.object({ username: text, role: text }),
  accepted: {
    body: z.object({
      username: Username.describe('2 to 50 letters, digits, `.`, `_` and `-`, beginning with a letter or digit'),
      role: Role.nullish().describe('`user` by default'),
    }),
  },
  success: {
    200: {
      description: 'The user and the key, shown only once',
      json: z.object({ username: z.string(), api_key: z.string(), role: Role }),
      example: { username: 'alice', api_key: EXAMPLE_KEY, role: 'user' },
    },
  },
  errors: { 400: 'The username is missing, invalid or taken, or the role is unknown' },
  example: { body: { username: 'alice', role: 'user' } },
})

const listUsers = declare({
  method: 'GET',
  paths: ['/api/admin/users'],
  summary: 'List users',
  group,
  function: 'admin',
  who: 'admin',
  success: {
    200: {
      description: 'All users, sorted by name',
      json: z.object({
        users: z.array(z.object({ id: z.uuid(), username: z.string(), role: Role, created_at: z.string() })),
      }),
      example: {
        users: [
          {
            id: '0b0e5f5e-8a55-4ccf-a4a5-5b7d1b1c2d3e',
            username: 'alice',
            role: 'user',
            created_at: '2026-01-31 11:58:00',
          },
        ],
      },
    },
  },
})

const rotateKeyOf = declare({
  method: 'POST',
  paths: ['/api/admin/users/{username}/rotate-key'],
  summary: "Rotate a user's key",
  group,
  function: 'admin',
  who: 'admin',
  body: z.object({ new_key: text, new_api_key: text }),
  accepted: { body: z.object({ new_key: NewKey, new_api_key: NewKey.describe('Alias of `new_key`') }) },
  success: {
    200: {
      description: 'The new key, shown only once. The old key and all sessions stop working',
      json: z.object({ username: z.string(), new_api_key: z.string() }),
      example: { username: 'alice', new_api_key: EXAMPLE_KEY },
    },
  },
  errors: { 400: 'The key is too short or already taken', 404: noUser },
  example: { body: {} },
})

const grantAccess = declare({
  method: 'POST',
  paths: ['/api/admin/projects/{name}/access'],
  summary: 'Grant a user access to a project',
  group,
  function: 'admin',
  who: 'admin',
  query: ownerInQuery,
  body: z.object({ username: text, owner: ownerInBody }),
  accepted: {
    body: z.object({ username: z.string().min(1).max(LONGEST_TEXT).describe('Who gets access'), owner: ownerInBody }),
  },
  success: {
    200: {
      description: 'The user can read all variants of the project, including future ones',
      json: z.object({ granted: z.string(), username: z.string(), owner: z.string() }),
      example: { granted: 'hello-world', username: 'alice', owner: 'admin' },
    },
  },
  errors: { 400: 'User or owner missing', 404: 'No such user, or the owner has no such project' },
  example: { body: { username: 'alice', owner: 'admin' } },
})

const owner = z.object({ owner: z.string().optional().describe("The project's owner") })

const listAccess = declare({
  method: 'GET',
  paths: ['/api/admin/projects/{name}/access'],
  summary: 'List the users with access to a project',
  group,
  function: 'admin',
  who: 'admin',
  query: owner,
  accepted: { query: z.object({ owner: z.string().min(1).max(LONGEST_USERNAME).describe("The project's owner") }) },
  success: {
    200: {
      description: 'The names of the users with granted access',
      json: z.object({ project: z.string(), owner: z.string(), users: z.array(z.string()) }),
      example: { project: 'hello-world', owner: 'admin', users: ['alice'] },
    },
  },
  errors: { 400: 'Owner missing', 404: 'The owner has no such project' },
  example: { query: { owner: 'admin' } },
})

const revokeAccess = declare({
  method: 'DELETE',
  paths: ['/api/admin/projects/{name}/access/{username}'],
  summary: "Revoke a user's access to a project",
  group,
  function: 'admin',
  who: 'admin',
  query: ownerInQuery,
  body: z.object({ owner: ownerInBody }),
  success: {
    200: {
      description: 'The user has no granted access, whether or not they had it before',
      json: z.object({ revoked: z.string(), username: z.string(), owner: z.string() }),
      example: { revoked: 'hello-world', username: 'alice', owner: 'admin' },
    },
  },
  errors: { 400: 'Owner missing' },
  example: { query: { owner: 'admin' } },
})

const deleteUser = declare({
  method: 'DELETE',
  paths: ['/api/admin/users/{username}'],
  summary: 'Delete a user and everything they own',
  group,
  function: 'admin',
  who: 'admin',
  success: {
    200: {
      description: 'Deleted the user with their key, sessions, grants, variants and sites',
      json: z.object({ deleted: z.string() }),
      example: { deleted: 'alice' },
    },
  },
  errors: { 400: 'Cannot delete yourself', 404: noUser, 409: 'The user has active generations' },
})

const REASON = 'Maintenance until 18:00 UTC'

const settings = declare({
  method: 'GET',
  paths: ['/api/admin/settings'],
  summary: "Get the service's settings",
  group,
  function: 'admin',
  who: 'admin',
  success: {
    200: {
      description: "Read-only. All settings come from the service's environment, so `env_overrides` lists every one",
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
      example: {
        settings: {
          default_ai_provider: 'claude',
          default_ai_model: 'claude-opus-4-6[1m]',
          ai_cli_timeout: 60,
          max_concurrent_pages: 10,
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
      },
    },
  },
})

const queue = declare({
  method: 'GET',
  paths: ['/api/admin/queue'],
  summary: 'Show the queue',
  group,
  function: 'admin',
  who: 'admin',
  query: z.object({
    limit: z.coerce
      .number('must be a number from 1 to 500')
      .int()
      .min(1)
      .max(500)
      .default(100)
      .describe('Maximum number of waiting variants to return'),
  }),
  success: {
    200: {
      description:
        'The running variants, and the waiting ones in the order in which they will start if the running ones end in the order in which they started',
      json: z.object({
        running: z.array(VariantView),
        waiting: z.array(VariantView),
        drained: z.boolean().describe('Whether an admin has paused new starts'),
        reason: z.string().nullable().describe('The reason given for that'),
        more: z.boolean().describe('Whether more than `limit` are waiting'),
      }),
      example: { running: [], waiting: [exampleWaiting], drained: true, reason: REASON, more: false },
    },
  },
})

const DrainState = z.object({ drained: z.boolean(), reason: z.string().nullable() })

const drain = declare({
  method: 'POST',
  paths: ['/api/admin/drain'],
  summary: 'Pause new starts',
  group,
  function: 'admin',
  who: 'admin',
  body: z.object({ reason: boundedText(500).nullish().describe('Shown to owners of waiting generations') }),
  success: {
    200: {
      description:
        'Nothing new starts, even after a restart of the service. Generations that have begun go on; requests are accepted, and wait',
      json: DrainState,
      example: { drained: true, reason: REASON },
    },
  },
  example: { body: { reason: REASON } },
})

const endDrain = declare({
  method: 'DELETE',
  paths: ['/api/admin/drain'],
  summary: 'Resume new starts',
  group,
  function: 'admin',
  who: 'admin',
  success: {
    200: {
      description: 'Waiting generations start again',
      json: DrainState,
      example: { drained: false, reason: null },
    },
  },
})

export const admin = {
  createUser,
  listUsers,
  rotateKeyOf,
  grantAccess,
  listAccess,
  revokeAccess,
  deleteUser,
  settings,
  queue,
  drain,
  endDrain,
}

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { accessRequestsOf, type RunnerTask } from '../support/access-requests.ts'
import { type Api, apiOf } from '../support/api.ts'
import { arn, deployed } from '../support/deployed-template.ts'
import { type AccessRequest, applies, isAllowed, type Statement } from '../support/policy.ts'
import { parentOf } from '../support/processes.ts'
import type { RecordedCall } from '../support/record-calls.ts'
import { makeRepository, sampleFiles } from '../support/repository.ts'
import { type Call, type ScriptedCli, writeScriptedCli } from '../support/scripted-cli.ts'
import { startServiceProcess, temporaryFolder } from '../support/service-process.ts'
import { makeTemplate, resourcesOf } from '../support/stack-template.ts'
import { waitFor } from '../support/wait.ts'

const recorder = fileURLToPath(new URL('../support/record-calls.ts', import.meta.url))
let folder: Awaited<ReturnType<typeof temporaryFolder>>
/** What every function and the runner asked for while they did everything that they do, each request once. */
let requests: (AccessRequest & { who: string })[]
/** Not called by the code itself: AWS writes logs, reads the secret and polls the queue. */
const NOT_RECORDED = /^(logs:|secretsmanager:|sqs:(Receive|Delete|Get))/

const template = makeTemplate()
const { resolve, statements } = deployed(template, {
  VariantsTable: 'docsfy',
  SitesBucket: 'docsfy',
  TasksCluster: 'docsfy',
  FunctionsDoorbellQueue: 'docsfy-doorbell.fifo',
})
const roles = readRoles()
/** The policies of the bucket and the queues, which apply to every role. */
const resourcePolicies = ['AWS::S3::BucketPolicy', 'AWS::SQS::QueuePolicy'].flatMap((type) =>
  resourcesOf(template, type).flatMap(({ properties }) => statements(properties.PolicyDocument)),
)

beforeAll(async () => {
  folder = await temporaryFolder('least-privilege')
  await useEverything()
  const task = readTask()
  const calls = (await readCalls()).filter(({ who }) => who !== 'service')
  const all = calls.flatMap((call) => accessRequestsOf(call, task).map((request) => ({ who: call.who, ...request })))
  requests = [...new Map(all.map((request) => [JSON.stringify(request), request])).values()]
})

afterAll(() => folder?.[Symbol.asyncDispose]())

const mayDo = ({ who, ...request }: (typeof requests)[number]): boolean =>
  isAllowed([...(roles.get(who) ?? []), ...resourcePolicies], request)

const textOf = ({ who, action, resource, context }: (typeof requests)[number]): string =>
  `${who}: ${action} on ${resource} with ${JSON.stringify(context)}`

test('every call of a function or the runner is allowed by its role', () => {
  expect([...new Set(requests.map(({ who }) => who))].toSorted()).toEqual([...roles.keys()].toSorted())
  expect(requests.filter((request) => !mayDo(request)).map(textOf)).toEqual([])
})

/** What another request could have in place of a condition key's value. */
const foreign: Record<string, string | string[]> = {
  'dynamodb:LeadingKeys': ['FOREIGN#key'],
  'ecs:cluster': arn('ecs', 'cluster/foreign'),
  'iam:PassedToService': 'ec2.amazonaws.com',
  'aws:SecureTransport': 'false',
  's3:TlsVersion': '1.1',
}

/** Calls to which a condition key does not matter, and why. */
const regardless: [key: string, action: RegExp, resource: RegExp, reason: string][] = [
  ['dynamodb:LeadingKeys', /^dynamodb:Query$/, /\/index\//, 'an index is granted as a whole'],
  ['aws:SecureTransport', /^(dynamodb|ecs|iam):/, /./, 'these services answer only over TLS'],
  ['s3:TlsVersion', /^(dynamodb|sqs|ecs|iam):/, /./, 'this key is of S3'],
]

test('the same calls with any foreign value of a condition key are refused', () => {
  const varied = requests.flatMap((request) =>
    Object.keys(request.context)
      .filter(
        (key) =>
          !regardless.some(
            ([of, action, resource]) => of === key && action.test(request.action) && resource.test(request.resource),
          ),
      )
      .map((key) => ({ ...request, context: { ...request.context, [key]: foreign[key] ?? expect.fail(key) } })),
  )
  expect(new Set(varied.flatMap(({ context }) => Object.keys(context)))).toEqual(new Set(Object.keys(foreign)))
  expect(varied.filter(mayDo).map(textOf)).toEqual([])
})

test('the same calls on another table, index, bucket, queue, cluster, task definition or role are refused', () => {
  const elsewhere = requests
    .filter(({ resource }) => resource !== '*')
    .map((request) => ({ ...request, resource: foreignResource(request.resource) }))
  expect(elsewhere.filter(mayDo).map(textOf)).toEqual([])
})

/** Another resource of the same kind: the name of the last one in the ARN is changed, of an object that of its bucket. */
function foreignResource(resource: string): string {
  if (resource.startsWith('arn:aws:s3:::')) return resource.replace(/:::[^/]+/, ':::foreign')
  if (resource.includes(':task/')) return resource.replace(/:task\/[^/]+/, ':task/foreign')
  if (resource.includes(':task-definition/')) return arn('ecs', 'task-definition/foreign:1')
  return resource.replace(/[^:/]+$/, 'foreign')
}

/** Allowed actions that only failures and races need. */
const forBadDays: Record<string, string[]> = {
  // Another request for the same variant wins: the queue entry is removed again.
  generate: ['dynamodb:DeleteItem'],
  // The aborted generation was not launched yet; the runner does not acknowledge.
  abort: ['dynamodb:DeleteItem', 'dynamodb:Query', 'ecs:DescribeTasks'],
  // Nobody had access to the deleted project.
  delete: ['dynamodb:DeleteItem'],
  // An abort overtakes RunTask; a queue entry has no record; one round cannot start everything.
  dispatch: ['ecs:StopTask', 'dynamodb:DeleteItem', 'sqs:SendMessage'],
  // Finishing what others left half done, and booking costs from before there were totals.
  sweep: [
    ...['dynamodb:PutItem', 'dynamodb:DeleteItem', 'dynamodb:BatchGetItem'],
    ...['ecs:StopTask', 'ecs:ListTasks', 'sqs:SendMessage', 's3:DeleteObject', 's3:ListBucket'],
  ],
  // Never called, but without it S3 answers 403 instead of 404 for a missing object.
  docs: ['s3:ListBucket'],
  runner: ['s3:ListBucket'],
}

test('every allowed action is used, or listed as needed only after failures', () => {
  const idle = [...roles].flatMap(([who, statements]) => {
    const asked = requests.filter((request) => request.who === who)
    const isUsed = (action: string, statement: Statement) =>
      asked.some((request) => applies({ ...statement, Action: action }, request))
    return statements.flatMap((statement) =>
      [statement.Action]
        .flat()
        .filter((action) => !isUsed(action, statement) && !forBadDays[who]?.includes(action))
        .map((action) => `${who}: ${action}`),
    )
  })
  expect(idle).toEqual([])
})

function readRoles(): Map<string, Statement[]> {
  const entries = resourcesOf(template, 'AWS::IAM::Policy').flatMap(({ properties }) => {
    const role: string = properties.Roles[0].Ref
    const name = /^Functions(\w+)Role/.exec(role)?.[1] ?? (role.startsWith('RunnerTaskRole') ? 'Runner' : undefined)
    if (!name) return []
    const who = name.replaceAll(/\B[A-Z]/g, '-$&').toLowerCase()
    const recorded = statements(properties.PolicyDocument)
      // Lambda itself writes to the dead-letter queue.
      .filter(({ Resource }) => ![Resource].flat().every((resource) => resource.includes('EventsDeadLetters')))
      .map((statement) => ({
        ...statement,
        Action: [statement.Action].flat().filter((action) => !NOT_RECORDED.test(action)),
      }))
      .filter(({ Action }) => Action.length > 0)
    return [[who, recorded] as const]
  })
  return new Map(entries)
}

function readTask(): RunnerTask {
  const properties = resourcesOf(template, 'AWS::ECS::TaskDefinition')[0]?.properties
  return {
    taskDefinitionArn: arn('ecs', `task-definition/${properties.Family}:1`),
    roleArns: [properties.TaskRoleArn, properties.ExecutionRoleArn].map(resolve),
  }
}

/** Uses the whole service: every request that clients can send, an abort, a deletion and a killed task. */
async function useEverything(): Promise<void> {
  const repository = join(folder.path, 'adder')
  await makeRepository(repository, sampleFiles)
  const slow = { models: { slow: { plan: 'hang' as const } } }
  const cli = await writeScriptedCli(folder.path, { slugs: ['start'], ...slow })
  const service = await startServiceProcess(join(folder.path, 'data'), {
    AI_CLI_CLAUDE: cli.path,
    ANTHROPIC_API_KEY: 'test-key',
    SWEEP_SECONDS: '15',
    NODE_OPTIONS: `--import ${recorder}`,
    CALLS: join(folder.path, 'aws-calls.jsonl'),
  })
  try {
    const api = apiOf(service)
    const generate = async (model: string, more = {}) =>
      await api.post('/api/generate', { repo_path: repository, ai_model: model, ...more })
    const { json: user } = await api.post('/api/admin/users', { username: 'ann', role: 'user' })
    await api.get('/api/admin/users')
    const ann = apiOf({ url: service.url, adminKey: user.api_key })
    for (const path of ['/api/auth/me', '/api/status', '/api/admin/users']) await ann.get(path)

    await useAccounts(service.url, api, repository)

    const first = (await generate('quick')).json.generation_id
    await api.get('/api/status')
    expect((await api.settled(first)).status).toBe('ready')
    for (const path of ['', '/log', '/download']) await api.get(`/api/projects/adder/claude/quick${path}`)
    await api.get('/api/projects/adder')
    await api.get('/docs/adder/claude/quick/')
    await api.get('/docs/adder/')
    for (const path of ['/docs/adder/', '/docs/adder/claude/quick/', '/api/projects/adder']) await ann.get(path)
    for (const caller of [ann, api]) await caller.post('/api/projects/adder/abort')
    await api.post('/api/admin/drain')
    const again = (await generate('quick', { force: true })).json.generation_id
    await api.post('/api/projects/adder/claude/quick/prioritize')
    await api.get('/api/admin/queue')
    await api.delete('/api/admin/drain')
    expect((await api.settled(again)).status).toBe('ready')

    await api.post('/api/admin/projects/adder/access', { username: 'ann', owner: 'admin' })
    await api.get('/api/admin/projects/adder/access?owner=admin')
    await ann.get('/docs/adder/claude/quick/')
    await api.delete('/api/admin/projects/adder/access/ann?owner=admin')

    const hung = (await generate('slow')).json.generation_id
    expect((await generate('slow')).status).toBe(409)
    process.kill(await runnerOf(cli, 1), 'SIGKILL')
    await runnerOf(cli, 2)
    await recorded('sweep', 'DescribeTasks')
    await api.post('/api/projects/adder/claude/slow/abort')
    expect((await api.settled(hung)).status).toBe('aborted')
    await api.delete('/api/projects/adder/claude/slow?owner=admin')
    expect((await api.delete('/api/projects/adder?owner=admin')).status).toBe(200)
  } finally {
    await service.stop()
  }
}

/** Uses log-ins, keys, wrong keys for every function, and the deletion of a user who has a variant. */
async function useAccounts(url: string, api: Api, repository: string): Promise<void> {
  const wrong = apiOf({ url, adminKey: 'not-the-key-of-anybody' })
  for (const path of ['/api/status', '/docs/adder/', '/api/auth/me', '/api/admin/users']) await wrong.get(path)
  for (const path of ['/api/generate', '/api/projects/adder/abort']) await wrong.post(path)
  await wrong.delete('/api/projects/adder')
  const { json: bob } = await api.post('/api/admin/users', { username: 'bob', role: 'admin' })
  const login = await api.post('/api/auth/login', { username: 'bob', api_key: bob.api_key })
  const Cookie = login.headers.get('set-cookie')?.split(';')[0] ?? ''
  const read = { headers: { Cookie } }
  for (const path of ['/api/status', '/docs/adder/', '/api/auth/me', '/api/admin/users']) await fetch(url + path, read)
  const write = { method: 'POST', ...read, body: '{}' }
  for (const path of ['/api/generate', '/api/projects/adder/abort']) await fetch(url + path, write)
  await fetch(`${url}/api/projects/adder`, { method: 'DELETE', ...read })
  await fetch(`${url}/api/auth/logout`, write)
  const { json: rotated } = await apiOf({ url, adminKey: bob.api_key }).post('/api/me/rotate-key')
  const again = apiOf({ url, adminKey: rotated.new_api_key })
  const { json: made } = await again.post('/api/generate', { repo_path: repository, ai_model: 'quick' })
  expect((await api.settled(made.generation_id)).status).toBe('ready')
  await api.post('/api/admin/users/bob/rotate-key')
  await api.post('/api/admin/projects/adder/access', { username: 'bob', owner: 'bob' })
  expect((await api.delete('/api/admin/users/bob')).status).toBe(200)
}

async function readCalls(): Promise<RecordedCall[]> {
  const lines = (await readFile(join(folder.path, 'aws-calls.jsonl'), 'utf8')).split('\n')
  // The last line may be incomplete.
  return lines.slice(0, -1).map((line) => JSON.parse(line))
}

/** Waits until this function has made such a call. */
async function recorded(who: string, operation: string): Promise<void> {
  const isMade = (calls: RecordedCall[]) =>
    calls.some((call) => call.who === who && call.target?.endsWith(`.${operation}`))
  await waitFor(`${operation} of ${who}`, readCalls, isMade, { every: 200 })
}

/** Waits for the CLI's nth call for the slow model. Returns the pid of the runner that started it. */
async function runnerOf(cli: ScriptedCli, nth: number): Promise<number> {
  const slow = (calls: Call[]) => calls.filter(({ model }) => model === 'slow')
  const calls = await cli.untilCalls(`${nth} calls for the slow model`, (all) => slow(all).length >= nth)
  return await parentOf(slow(calls)[nth - 1]?.pid ?? 0)
}

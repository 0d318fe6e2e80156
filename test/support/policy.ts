import type { RecordedCall } from './record-calls.ts'

/** One thing that a call needs to be allowed. */
export interface Need {
  action: string
  /** As {@link resourceName} writes it. */
  resource: string
  /** The partition key, for calls on the table's items. */
  key?: string
}

export interface Statement {
  Action: string | string[]
  Resource: unknown
  Condition?: Record<string, Record<string, string | string[]>>
}

const services: Record<string, string> = {
  DynamoDB_20120810: 'dynamodb',
  AmazonSQS: 'sqs',
  AmazonEC2ContainerServiceV20141113: 'ecs',
}

/** What IAM would ask for this call. */
export function needsOf({ target, method, path, body }: RecordedCall): Need[] {
  if (!target) return [needOnBucket(method, path)]
  const [prefix = '', operation = ''] = target.split('.')
  const action = `${services[prefix]}:${operation}`
  if (action.startsWith('dynamodb:')) return [needOnTable(action, body)]
  if (action.startsWith('sqs:')) return [{ action, resource: 'queue' }]
  const pass = action === 'ecs:RunTask' ? [{ action: 'iam:PassRole', resource: 'role' }] : []
  const resources: Record<string, string> = { 'ecs:RunTask': 'task-definition', 'ecs:ListTasks': '*' }
  return [{ action, resource: resources[action] ?? 'task' }, ...pass]
}

function needOnBucket(method: string, path: string): Need {
  const [place = '', query = ''] = path.split('?')
  const key = place.split('/').slice(2).join('/')
  if (method === 'GET' && !key) return { action: 's3:ListBucket', resource: 'bucket' }
  if (method === 'POST' && query.includes('delete')) return { action: 's3:DeleteObject', resource: 'object' }
  return {
    action: { GET: 's3:GetObject', HEAD: 's3:GetObject', PUT: 's3:PutObject' }[method] ?? `s3:${method}`,
    resource: 'object',
  }
}

function needOnTable(action: string, body: RecordedCall['body']): Need {
  if (body.IndexName) return { action, resource: `index/${body.IndexName}` }
  const named = /\bpk = (:\w+)/.exec(body.KeyConditionExpression ?? '')?.[1]
  const key = (body.Key ?? body.Item)?.pk.S ?? (named && body.ExpressionAttributeValues[named].S)
  return { action, resource: 'table', key }
}

/** Whether a role with these statements may do it. */
export const allows = (statements: readonly Statement[], need: Need): boolean =>
  statements.some((statement) => statementAllows(statement, need))

export function statementAllows({ Action, Resource, Condition = {} }: Statement, { action, resource, key }: Need) {
  if (![Action].flat().includes(action)) return false
  if (![Resource].flat().map(resourceName).includes(resource)) return false
  const keys = [Condition['ForAllValues:StringLike']?.['dynamodb:LeadingKeys'] ?? []].flat()
  return keys.length === 0 || (key !== undefined && keys.some((pattern) => isLike(key, pattern)))
}

/** IAM's StringLike, of which only a `*` at the end is used. */
const isLike = (text: string, pattern: string): boolean =>
  pattern.endsWith('*') ? text.startsWith(pattern.slice(0, -1)) : text === pattern

/** What kind of thing a resource of a statement is. */
function resourceName(resource: unknown): string {
  if (resource === '*') return '*'
  const text = JSON.stringify(resource)
  const index = /\/index\/(\w+)/.exec(text)?.[1]
  if (index) return `index/${index}`
  const kinds: [RegExp, string][] = [
    [/VariantsTable/, 'table'],
    [/SitesBucket.*\/\*/, 'object'],
    [/SitesBucket/, 'bucket'],
    [/DoorbellQueue/, 'queue'],
    [/RunnerDefinition/, 'task-definition'],
    [/:task\//, 'task'],
    [/Role/, 'role'],
  ]
  return kinds.find(([pattern]) => pattern.test(text))?.[1] ?? text
}

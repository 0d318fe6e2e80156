import { arn } from './deployed-template.ts'
import type { AccessRequest } from './policy.ts'
import type { RecordedCall } from './record-calls.ts'

const services: Record<string, string> = {
  DynamoDB_20120810: 'dynamodb',
  AmazonSQS: 'sqs',
  AmazonEC2ContainerServiceV20141113: 'ecs',
}

/** Every request on AWS has these. */
const OVER_TLS = { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.3' }

/** What RunTask starts, and the roles that it passes on. */
export interface RunnerTask {
  taskDefinitionArn: string
  roleArns: string[]
}

/** What AWS asks IAM for this call. Sources: the Service Authorization Reference of each service. */
export function accessRequestsOf({ target, method, path, body }: RecordedCall, task: RunnerTask): AccessRequest[] {
  if (!target) return [requestForObject(method, path)]
  const [prefix = '', operation = ''] = target.split('.')
  const service = services[prefix]
  const action = `${service}:${operation}`
  if (service === 'dynamodb') return [requestForItems(action, body)]
  if (service === 'sqs') return [{ action, resource: arn('sqs', body.QueueUrl.split('/').at(-1)), context: OVER_TLS }]
  if (service === 'ecs') return requestsForTasks(action, body, task)
  throw new Error(`${target} is not supported here`)
}

function requestForObject(method: string, path: string): AccessRequest {
  const [place = '', query = ''] = path.split('?')
  const [, bucket = '', ...key] = place.split('/')
  const arnOfBucket = `arn:aws:s3:::${bucket}`
  if (method === 'GET' && !key.join('')) return { action: 's3:ListBucket', resource: arnOfBucket, context: OVER_TLS }
  const isDeletion = method === 'DELETE' || (method === 'POST' && query.includes('delete'))
  const actions: Record<string, string> = { GET: 's3:GetObject', HEAD: 's3:GetObject', PUT: 's3:PutObject' }
  const action = isDeletion ? 's3:DeleteObject' : actions[method]
  if (!action) throw new Error(`${method} ${path} is not supported here`)
  // The keys of a deletion are in its body, which is not recorded.
  return { action, resource: `${arnOfBucket}/${key.join('/') || 'any'}`, context: OVER_TLS }
}

function requestForItems(action: string, body: RecordedCall['body']): AccessRequest {
  const { IndexName, Key, Item, KeyConditionExpression, ExpressionAttributeValues, RequestItems } = body
  const [batch] = Object.entries<{ Keys: { pk: { S: string } }[] }>(RequestItems ?? {})
  const [, placeholder = ''] = /^\s*[#\w]+ = (:\w+)/.exec(KeyConditionExpression ?? '') ?? []
  const single = (Key ?? Item)?.pk ?? ExpressionAttributeValues?.[placeholder]
  const partitionKeys = batch ? batch[1].Keys.map(({ pk }) => pk) : [single]
  if (partitionKeys.includes(undefined)) throw new Error(`${action} without a partition key is not supported here`)
  const table = batch?.[0] ?? body.TableName
  return {
    action,
    resource: arn('dynamodb', `table/${table}${IndexName ? `/index/${IndexName}` : ''}`),
    context: { ...OVER_TLS, 'dynamodb:LeadingKeys': partitionKeys.map(({ S }) => S) },
  }
}

function requestsForTasks(action: string, body: RecordedCall['body'], task: RunnerTask): AccessRequest[] {
  const context = { ...OVER_TLS, 'ecs:cluster': body.cluster }
  if (action === 'ecs:ListTasks') return [{ action, resource: '*', context }]
  if (action !== 'ecs:RunTask')
    return [body.tasks ?? body.task].flat().map((resource: string) => ({ action, resource, context }))
  const passed = { ...OVER_TLS, 'iam:PassedToService': 'ecs-tasks.amazonaws.com' }
  return [
    { action, resource: task.taskDefinitionArn, context },
    ...task.roleArns.map((resource) => ({ action: 'iam:PassRole', resource, context: passed })),
  ]
}

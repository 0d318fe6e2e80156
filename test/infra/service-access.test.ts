import { expect, test } from 'vitest'
import { ACCOUNT, arn, deployed } from '../support/deployed-template.ts'
import { type AccessRequest, isAllowed, type Statement } from '../support/policy.ts'
import { makeTemplate, resourcesOf } from '../support/stack-template.ts'

const template = makeTemplate({ alarmEmail: 'operator@example.com' })
const { resolve, statements } = deployed(template, {})
const all = (type: string) => resourcesOf(template, type)
const FOREIGN_ACCOUNT = '999999999999'

/** A statement of a resource's policy, and the AWS service that it is for. */
type ServiceStatement = Statement & { service: string | undefined }

const policyStatements = (document: { Statement: { Principal?: { Service?: string } }[] }): ServiceStatement[] =>
  statements(document).map((statement, index) => ({
    ...statement,
    service: document.Statement[index]?.Principal?.Service,
  }))

/** Lambda keeps a permission as a statement of the function's policy. */
const invocations: ServiceStatement[] = all('AWS::Lambda::Permission').map(({ properties }) => ({
  service: properties.Principal,
  Effect: 'Allow',
  Action: properties.Action,
  Resource: resolve(properties.FunctionName),
  Condition: { ArnLike: { 'aws:SourceArn': [resolve(properties.SourceArn)] } },
}))

/** Whether a service may do this on behalf of a source. */
function mayDo(policy: ServiceStatement[], service: string, action: string, resource: string, source: string): boolean {
  const [, , , , account = ''] = source.split(':')
  const context = { 'aws:SourceArn': source, 'aws:SourceAccount': account, 'aws:SecureTransport': 'true' }
  const request: AccessRequest = { action, resource, context }
  return isAllowed(
    policy.filter((statement) => statement.Effect === 'Deny' || statement.service === service),
    request,
  )
}

const rules = all('AWS::Events::Rule').map(({ id, properties }) => ({
  source: arn('events', `rule/${id}`),
  targets: properties.Targets.map((target: { Arn: unknown }) => resolve(target.Arn)) as string[],
  deadLetters: properties.Targets.map((target: { DeadLetterConfig: { Arn: unknown } }) =>
    resolve(target.DeadLetterConfig.Arn),
  ) as string[],
}))

test('EventBridge may invoke what its rules name, for these rules only', () => {
  expect(rules).toHaveLength(2)
  for (const { source, targets } of rules) {
    for (const target of targets) {
      const mayInvoke = (from: string) =>
        mayDo(invocations, 'events.amazonaws.com', 'lambda:InvokeFunction', target, from)
      expect(mayInvoke(source), source).toBe(true)
      expect(mayInvoke(arn('events', 'rule/foreign')), source).toBe(false)
      expect(mayInvoke(source.replace(ACCOUNT, FOREIGN_ACCOUNT)), source).toBe(false)
    }
  }
})

test('EventBridge may put what it could not deliver into the dead-letter queue, for its rules only', () => {
  const queues = all('AWS::SQS::QueuePolicy').flatMap(({ properties }) => policyStatements(properties.PolicyDocument))
  for (const { source, deadLetters } of rules) {
    expect(deadLetters).toHaveLength(1)
    const maySend = (from: string) =>
      mayDo(queues, 'events.amazonaws.com', 'sqs:SendMessage', deadLetters[0] ?? '', from)
    expect(maySend(source), source).toBe(true)
    expect(maySend(arn('events', 'rule/foreign')), source).toBe(false)
  }
})

test('API Gateway may invoke the function of every method, for this API only', () => {
  const [api] = all('AWS::ApiGateway::RestApi')
  const methods = all('AWS::ApiGateway::Method').filter(({ properties }) => properties.Integration.Uri)
  expect(methods.length).toBeGreaterThan(10)
  for (const { id, properties } of methods) {
    const [, target = ''] = /functions\/(arn:.+?)\//.exec(resolve(properties.Integration.Uri)) ?? []
    const mayInvoke = (apiId: string) =>
      mayDo(
        invocations,
        'apigateway.amazonaws.com',
        'lambda:InvokeFunction',
        target,
        arn('execute-api', `${apiId}/prod/${properties.HttpMethod}${pathOf(properties.ResourceId) || '/'}`),
      )
    expect(mayInvoke(api?.id ?? ''), id).toBe(true)
    expect(mayInvoke('foreign'), id).toBe(false)
  }
})

test("ECS may give tasks the runner's roles, in this account only", () => {
  const ofTasks = all('AWS::IAM::Role').filter(({ id }) => id.startsWith('Runner'))
  expect(ofTasks).toHaveLength(2)
  for (const { id, properties } of ofTasks) {
    const trust = policyStatements(properties.AssumeRolePolicyDocument)
    const mayAssume = (task: string) => mayDo(trust, 'ecs-tasks.amazonaws.com', 'sts:AssumeRole', '*', task)
    const task = arn('ecs', 'task/docsfy/0123456789abcdef0123456789abcdef')
    expect(mayAssume(task), id).toBe(true)
    expect(mayAssume(task.replace(ACCOUNT, FOREIGN_ACCOUNT)), id).toBe(false)
    expect(mayDo(trust, 'ec2.amazonaws.com', 'sts:AssumeRole', '*', task), id).toBe(false)
  }
})

test('CloudWatch may publish alarms of this account only', () => {
  const [policy] = all('AWS::SNS::TopicPolicy')
  const trust = policyStatements(policy?.properties.PolicyDocument)
  const topic = [trust.find(({ Effect }) => Effect === 'Allow')?.Resource].flat()[0] ?? ''
  const alarm = arn('cloudwatch', 'alarm:any')
  const mayPublish = (from: string) => mayDo(trust, 'cloudwatch.amazonaws.com', 'sns:Publish', topic, from)
  expect(mayPublish(alarm)).toBe(true)
  expect(mayPublish(alarm.replace(ACCOUNT, FOREIGN_ACCOUNT))).toBe(false)
})

/** The path of a resource of the API. */
function pathOf(reference: { Ref?: string }): string {
  const resource = all('AWS::ApiGateway::Resource').find(({ id }) => id === reference.Ref)
  return resource ? `${pathOf(resource.properties.ParentId)}/${resource.properties.PathPart}` : ''
}

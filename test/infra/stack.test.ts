import type { Template } from 'aws-cdk-lib/assertions'
import { beforeAll, expect, test } from 'vitest'
import { routes } from '../../api/routes.ts'
import { makeTemplate, type Resource, resourcesOf } from '../support/stack-template.ts'

let template: Template
const all = (type: string) => resourcesOf(template, type)

beforeAll(() => {
  template = makeTemplate()
})

test('the network contains nothing that costs money while idle', () => {
  for (const type of ['AWS::EC2::NatGateway', 'AWS::EC2::EIP', 'AWS::ElasticLoadBalancingV2::LoadBalancer']) {
    expect(all(type), type).toEqual([])
  }
  expect(all('AWS::EC2::VPCEndpoint').map(({ properties }) => properties.VpcEndpointType)).toEqual([
    'Gateway',
    'Gateway',
  ])
})

test('no inbound traffic is allowed', () => {
  expect(all('AWS::EC2::SecurityGroupIngress')).toEqual([])
  for (const { properties } of all('AWS::EC2::SecurityGroup')) expect(properties.SecurityGroupIngress).toBeUndefined()
})

test('tasks can connect only to web ports, and to the SSH ports of known hosts', () => {
  const knownHosts = '# ours\\ngit.example.com,192.0.2.1 ssh-ed25519 AAAA\\n[git.example.org]:2222 ssh-ed25519 AAAA\\n'
  expect(portsOf(all('AWS::EC2::SecurityGroup'))).toEqual([443, 80])
  const template = makeTemplate({ GIT_SSH_KNOWN_HOSTS: knownHosts })
  expect(portsOf(resourcesOf(template, 'AWS::EC2::SecurityGroup'))).toEqual([443, 80, 22, 2222])
})

const portsOf = ([group]: Resource[]): number[] =>
  group?.properties.SecurityGroupEgress.map((rule: { FromPort: number; ToPort: number }) => {
    expect(rule.ToPort).toBe(rule.FromPort)
    return rule.FromPort
  })

test('no bucket is public, and all require TLS', () => {
  const buckets = all('AWS::S3::Bucket')
  expect(buckets).toHaveLength(1)
  for (const { id, properties } of buckets) {
    const { BlockPublicAcls, BlockPublicPolicy, IgnorePublicAcls, RestrictPublicBuckets } =
      properties.PublicAccessBlockConfiguration
    expect([BlockPublicAcls, BlockPublicPolicy, IgnorePublicAcls, RestrictPublicBuckets]).toEqual([
      true,
      true,
      true,
      true,
    ])
    expect(deniesPlainText(all('AWS::S3::BucketPolicy'), 'Bucket', id)).toBe(true)
  }
})

test('unfinished uploads are removed after a day', () => {
  template.hasResourceProperties('AWS::S3::Bucket', {
    LifecycleConfiguration: {
      Rules: [{ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 }, Status: 'Enabled' }],
    },
  })
})

test('the table has point-in-time recovery and is retained with the stack gone', () => {
  template.hasResource('AWS::DynamoDB::Table', {
    DeletionPolicy: 'RetainExceptOnCreate',
    UpdateReplacePolicy: 'Retain',
    Properties: {
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      BillingMode: 'PAY_PER_REQUEST',
    },
  })
})

test('every queue requires TLS and has a dead-letter queue with an alarm', () => {
  const queues = all('AWS::SQS::Queue')
  const watched = all('AWS::CloudWatch::Alarm')
    .filter(({ properties }) => properties.MetricName === 'ApproximateNumberOfMessagesVisible')
    .map(({ properties }) => properties.Dimensions[0].Value['Fn::GetAtt'][0])
  expect(queues.length).toBeGreaterThan(1)
  for (const { id, properties } of queues) {
    const last = properties.RedrivePolicy?.deadLetterTargetArn['Fn::GetAtt'][0] ?? id
    expect(watched, id).toContain(last)
    expect(deniesPlainText(all('AWS::SQS::QueuePolicy'), 'Queues', id), id).toBe(true)
  }
})

test('a lost ring blocks the others only slightly longer than the time-out of dispatch', () => {
  const [mapping] = all('AWS::Lambda::EventSourceMapping')
  const queue = all('AWS::SQS::Queue').find(({ id }) => id === mapping?.properties.EventSourceArn['Fn::GetAtt'][0])
  const dispatch = all('AWS::Lambda::Function').find(({ id }) => id === mapping?.properties.FunctionName.Ref)
  expect(queue?.properties).toMatchObject({ FifoQueue: true, VisibilityTimeout: dispatch?.properties.Timeout + 30 })
  expect(mapping?.properties).toMatchObject({ BatchSize: 10, FunctionResponseTypes: ['ReportBatchItemFailures'] })
})

test('every Lambda function runs Node 24 on ARM and has a log with limited retention', () => {
  const kept = new Map(all('AWS::Logs::LogGroup').map(({ id, properties }) => [id, properties.RetentionInDays]))
  const functions = all('AWS::Lambda::Function')
  expect(functions.length).toBeGreaterThan(0)
  for (const { id, properties } of functions) {
    expect(properties, id).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'] })
    expect(kept.get(properties.LoggingConfig.LogGroup.Ref), id).toBe(30)
  }
})

test('abort times out after 12 seconds, and no buffered response takes longer than the gateway waits', () => {
  const seconds = (name: RegExp) => all('AWS::Lambda::Function').find(({ id }) => name.test(id))?.properties.Timeout
  expect(seconds(/^FunctionsAbort/)).toBe(12)
  for (const handler of new Set(routes.map((route) => route.handler))) {
    const streams = handler === 'docs' || handler === 'projects'
    expect(seconds(new RegExp(`^Functions${handler}`, 'i')), handler).toBeLessThanOrEqual(streams ? 900 : 29)
  }
})

test('stopped tasks of this cluster are reported, and a sweep runs every minute', () => {
  const [cluster] = all('AWS::ECS::Cluster')
  template.hasResourceProperties('AWS::Events::Rule', {
    EventPattern: {
      source: ['aws.ecs'],
      'detail-type': ['ECS Task State Change'],
      detail: { clusterArn: [{ 'Fn::GetAtt': [cluster?.id, 'Arn'] }], lastStatus: ['STOPPED'] },
    },
  })
  template.hasResourceProperties('AWS::Events::Rule', { ScheduleExpression: 'rate(1 minute)' })
  for (const { properties } of all('AWS::Events::Rule')) expect(properties.Targets[0].DeadLetterConfig).toBeDefined()
})

test("all errors of the gateway have the API's body", () => {
  const answers = all('AWS::ApiGateway::GatewayResponse').map(({ properties }) => {
    const body = JSON.parse(properties.ResponseTemplates['application/json'])
    return [properties.ResponseType, properties.StatusCode, body.detail]
  })
  expect(answers).toEqual(
    expect.arrayContaining([
      ['MISSING_AUTHENTICATION_TOKEN', '404', 'Not Found'],
      ['INVALID_SIGNATURE', '404', 'Not Found'],
      ['INVALID_API_KEY', '403', "Requests are accepted only through the service's own address"],
      ['REQUEST_TOO_LARGE', '413', 'Request body too large'],
      ['THROTTLED', '429', 'Too many requests. Please retry shortly.'],
      ['INTEGRATION_FAILURE', '502', 'Internal server error'],
      ['INTEGRATION_TIMEOUT', '504', 'Endpoint request timed out'],
      ['DEFAULT_4XX', undefined, 'The request was refused'],
      ['DEFAULT_5XX', undefined, 'Internal server error'],
    ]),
  )
})

test('behind CloudFront the API accepts only requests with its key, and trusts it with the address of the client', () => {
  const methods = all('AWS::ApiGateway::Method')
  expect(methods.length).toBeGreaterThan(0)
  for (const { id, properties } of methods) expect(properties.ApiKeyRequired, id).toBe(true)
  const [key, plan, stage] = ['ApiKey', 'UsagePlan', 'Stage'].map((type) => all(`AWS::ApiGateway::${type}`)[0])
  template.hasResourceProperties('AWS::ApiGateway::UsagePlanKey', {
    KeyId: { Ref: key?.id },
    UsagePlanId: { Ref: plan?.id },
  })
  expect(plan?.properties.ApiStages).toMatchObject([{ Stage: { Ref: stage?.id } }])
  // A reference to a generated secret, not the key itself.
  expect(JSON.stringify(key?.properties.Value)).toMatch(/resolve:secretsmanager:.*EdgeKey1Secret/)
  expect(proxiesOf(template)).toEqual(['1'])
})

test('without CloudFront there is no such key, and only the address that API Gateway saw counts', () => {
  const direct = makeTemplate({ edge: 'off' })
  for (const { id, properties } of resourcesOf(direct, 'AWS::ApiGateway::Method')) {
    expect(properties.ApiKeyRequired, id).toBe(false)
  }
  for (const type of ['AWS::ApiGateway::ApiKey', 'AWS::ApiGateway::UsagePlan'])
    expect(resourcesOf(direct, type)).toEqual([])
  expect(resourcesOf(direct, 'AWS::SecretsManager::Secret')).toHaveLength(2)
  expect(proxiesOf(direct)).toEqual(['0'])
})

/** The different values of TRUSTED_PROXIES. */
const proxiesOf = (of: Template): string[] => [
  ...new Set(
    resourcesOf(of, 'AWS::Lambda::Function').flatMap(
      ({ properties }) => properties.Environment?.Variables.TRUSTED_PROXIES ?? [],
    ),
  ),
]

test('the access log contains no field that could hold a key or a forged line', () => {
  const [stage] = all('AWS::ApiGateway::Stage')
  const format: string = stage?.properties.AccessLogSetting.Format
  expect(format).toContain('$context.status')
  expect(format).not.toMatch(/error\.message|userAgent|authorizer|header/i)
  expect(stage?.properties.MethodSettings[0].DataTraceEnabled).toBe(false)
})

test('the template contains no secret, and the secret has every key from the start', () => {
  const [pepper, credentials] = all('AWS::SecretsManager::Secret').map(
    ({ properties }) => properties.GenerateSecretString,
  )
  expect(pepper.SecretStringTemplate).toBeUndefined()
  const text = credentials.SecretStringTemplate['Fn::Join'][1].map((part: unknown) =>
    typeof part === 'string' ? part : 'pepper',
  )
  expect(JSON.parse(text.join(''))).toEqual({
    KEY_PEPPER: '{{resolve:secretsmanager:pepper:SecretString:::}}',
    ANTHROPIC_API_KEY: '',
    GEMINI_API_KEY: '',
    CURSOR_API_KEY: '',
    AWS_BEARER_TOKEN_BEDROCK: '',
    GOOGLE_CREDENTIALS_JSON: '',
    GIT_TOKEN: '',
    GIT_SSH_KEY: '',
  })
  expect(credentials.GenerateStringKey).toBe('ADMIN_KEY')
})

interface Policies {
  properties: { PolicyDocument: { Statement: Record<string, unknown>[] }; Bucket?: unknown; Queues?: unknown }
}

function deniesPlainText(policies: Policies[], target: 'Bucket' | 'Queues', id: string): boolean {
  return policies
    .filter(({ properties }) => JSON.stringify(properties[target]).includes(`"${id}"`))
    .flatMap(({ properties }) => properties.PolicyDocument.Statement)
    .some(
      ({ Effect, Condition }) =>
        Effect === 'Deny' && JSON.stringify(Condition).includes('{"aws:SecureTransport":"false"}'),
    )
}

test("the table's alarm uses metrics that DynamoDB reports per table", () => {
  const alarm = all('AWS::CloudWatch::Alarm').find(({ properties }) =>
    /DynamoDB throttles/.test(properties.AlarmDescription),
  )
  const metrics = alarm?.properties.Metrics.flatMap(({ MetricStat }: { MetricStat?: { Metric: object } }) =>
    MetricStat ? [MetricStat.Metric] : [],
  )
  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
  for (const MetricName of ['ReadThrottleEvents', 'WriteThrottleEvents']) {
    const Dimensions = [{ Name: 'TableName', Value: { Ref: expect.any(String) } }]
    expect(metrics).toContainEqual({ Namespace: 'AWS/DynamoDB', MetricName, Dimensions })
  }
})

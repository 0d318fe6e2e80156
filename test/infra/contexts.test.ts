import { execFile } from 'node:child_process'
import { isDeepStrictEqual, promisify } from 'node:util'
import { beforeAll, expect, test } from 'vitest'
import { readContexts } from '../../infra/aws/contexts.ts'
import { root } from '../support/service-process.ts'
import { makeTemplate } from '../support/stack-template.ts'

type Json = Record<string, unknown>
interface TemplateJson {
  Resources: Record<string, Json & { Type: string; Properties?: Json }>
  Outputs: Json
}

let before: TemplateJson

/** The template without the image's checksum, since the image's files may be edited while the test runs. */
function templateOf(contexts?: Record<string, string>): TemplateJson {
  const text = JSON.stringify(makeTemplate(contexts).toJSON())
  return JSON.parse(text.replaceAll(/:[0-9a-f]{64}"/g, ':image"'))
}

beforeAll(() => {
  before = templateOf()
})

const certificateArn = 'arn:aws:acm:us-east-1:111122223333:certificate/1'

/** `+`: an added resource. `-`: a removed resource. `~`: a changed property. */
const cases: [Record<string, string>, string[]][] = [
  [{ taskCpu: '2048', taskMemoryMib: '8192' }, ['~ AWS::ECS::TaskDefinition Cpu', '~ AWS::ECS::TaskDefinition Memory']],
  [{ taskStorageGib: '50' }, ['~ AWS::ECS::TaskDefinition EphemeralStorage']],
  [{ spot: 'on' }, ['~ AWS::ECS::Cluster DefaultCapacityProviderStrategy']],
  [{ throttleRate: '5', throttleBurst: '10' }, ['~ AWS::ApiGateway::Stage MethodSettings']],
  [{ reserveConcurrency: 'on' }, ['~ AWS::Lambda::Function ReservedConcurrentExecutions']],
  [{ logRetentionDays: '7' }, ['~ AWS::Logs::LogGroup RetentionInDays']],
  [{ permissionsBoundary: 'arn:aws:iam::111122223333:policy/b' }, ['~ AWS::IAM::Role PermissionsBoundary']],
  [{ MAX_ACTIVE_TASKS: '6' }, ['~ AWS::Lambda::Function Environment']],
  [{ MAX_COST_USD: '2' }, ['~ AWS::ECS::TaskDefinition ContainerDefinitions']],
  [{ egressPorts: '443,8443' }, ['~ AWS::EC2::SecurityGroup SecurityGroupEgress']],
  [{ GIT_CREDENTIALS_FOR: 'all' }, ['~ AWS::Lambda::Function Environment']],
  [
    { GIT_SSH_KNOWN_HOSTS: 'git.example.com ssh-ed25519 AAAA' },
    ['~ AWS::EC2::SecurityGroup SecurityGroupEgress', '~ AWS::ECS::TaskDefinition ContainerDefinitions'],
  ],
  [
    { deletionProtection: 'off' },
    [
      '~ AWS::DynamoDB::Table DeletionPolicy',
      '~ AWS::S3::Bucket DeletionPolicy',
      '~ AWS::SecretsManager::Secret DeletionPolicy',
    ],
  ],
  [{ lockTable: 'on' }, ['~ AWS::DynamoDB::Table DeletionProtectionEnabled']],
  [
    { alarmEmail: 'operator@example.com' },
    [
      '+ AWS::SNS::Subscription',
      '+ AWS::SNS::Topic',
      '+ AWS::SNS::TopicPolicy',
      '~ AWS::CloudWatch::Alarm AlarmActions',
    ],
  ],
  [
    { apiGatewayAccountRole: 'off' },
    ['- AWS::ApiGateway::Account', '- AWS::IAM::Role', '~ AWS::ApiGateway::Stage DependsOn'],
  ],
  [
    { edge: 'off' },
    [
      '+ AWS::ApiGateway::Deployment',
      '- AWS::ApiGateway::ApiKey',
      '- AWS::ApiGateway::Deployment',
      '- AWS::ApiGateway::UsagePlan',
      '- AWS::ApiGateway::UsagePlanKey',
      '- AWS::CloudFront::Distribution',
      '- AWS::CloudFront::Function',
      '- AWS::SecretsManager::Secret',
      '~ AWS::ApiGateway::Method ApiKeyRequired',
      '~ AWS::ApiGateway::Stage DeploymentId',
      '~ AWS::Lambda::Function Environment',
      '~ Outputs Address',
    ],
  ],
  [
    { edgeKeyVersion: '2' },
    [
      '+ AWS::SecretsManager::Secret',
      '- AWS::SecretsManager::Secret',
      '~ AWS::ApiGateway::ApiKey Value',
      '~ AWS::CloudFront::Distribution DistributionConfig',
    ],
  ],
  [
    { domainName: 'docs.example.com', certificateArn },
    ['~ AWS::CloudFront::Distribution DistributionConfig', '~ Outputs Address'],
  ],
  [
    { separateSites: 'on' },
    ['+ AWS::CloudFront::Distribution', '+ AWS::CloudFront::Function', '~ Outputs SitesAddress'],
  ],
]

test.each(cases)('a context changes only what it is meant to: %j', (contexts, expected) => {
  expect(differences(before, templateOf(contexts))).toEqual(expected.toSorted())
})

test('private subnets change only the network and where tasks start', () => {
  const changed = differences(before, templateOf({ vpc: 'private' })).filter((line) => !line.includes(' AWS::EC2::'))
  expect(changed).toEqual(['~ AWS::Lambda::Function Environment'])
})

test('an existing network is used and none is created', () => {
  const existing = { vpc: 'existing', vpcId: 'vpc-0123456789abcdef0', subnetIds: 'subnet-0123456789abcdef0' }
  const after = templateOf(existing)
  const types = Object.values(after.Resources).flatMap(({ Type }) => (Type.startsWith('AWS::EC2::') ? [Type] : []))
  expect(types).toEqual(['AWS::EC2::SecurityGroup'])
  expect(JSON.stringify(after)).toContain('"SUBNETS":"subnet-0123456789abcdef0"')
  expect(JSON.stringify(after)).toContain('"ASSIGN_PUBLIC_IP":"false"')
})

test('all problems with contexts are listed at once, including unknown names', () => {
  const wrong = { vpc: 'pubic', taskcpu: '2048', domainName: 'docs.example.com', MAX_ACTIVE_TASKS: 'many' }
  expect(() => readContexts(wrong)).toThrow(/vpc: .*\n.*MAX_ACTIVE_TASKS: .*\n.*taskcpu: unknown context/s)
  expect(() => readContexts({ domainName: 'docs.example.com' })).toThrow('domainName needs certificateArn')
  expect(() => readContexts({ lockTable: 'on', deletionProtection: 'off' })).toThrow('lockTable needs')
  expect(() => readContexts({ vpc: 'existing' })).toThrow('vpc=existing needs vpcId and subnetIds')
})

function differences(one: TemplateJson, other: TemplateJson): string[] {
  const lines = [...keysOf(one.Resources, other.Resources)].flatMap((id) => {
    const [left, right] = [one.Resources[id], other.Resources[id]]
    if (!left || !right) return [`${right ? '+' : '-'} ${(left ?? right)?.Type}`]
    return changedKeys(flat(left), flat(right)).map((key) => `~ ${left.Type} ${key}`)
  })
  const outputs = changedKeys(one.Outputs, other.Outputs).map((key) => `~ Outputs ${key}`)
  return [...new Set([...lines, ...outputs])].toSorted()
}

/** Drops `UpdateReplacePolicy`, which matches `DeletionPolicy`, and CDK's own metadata. */
const flat = ({ Properties, UpdateReplacePolicy, Metadata, ...rest }: Json): Json => ({
  ...rest,
  ...(Properties as Json),
})

const changedKeys = (one: Json, other: Json): string[] =>
  [...keysOf(one, other)].filter((key) => !isDeepStrictEqual(one[key], other[key]))

const keysOf = (one: Json, other: Json): Set<string> => new Set([...Object.keys(one), ...Object.keys(other)])

test('the CDK app names wrong contexts without a stack trace', async () => {
  const env = { PATH: process.env.PATH, CDK_CONTEXT_JSON: JSON.stringify({ edge: 'maybe', typo: 'x' }) }
  const failed = await promisify(execFile)(process.execPath, [`${root}infra/aws/app.ts`], { env }).catch(
    (error) => error,
  )
  expect(failed).toMatchObject({ code: 1, stdout: '' })
  expect(failed.stderr).toBe(
    'Invalid contexts:\n  edge: Invalid option: expected one of "on"|"off"\n  typo: unknown context\n',
  )
})

import type { Template } from 'aws-cdk-lib/assertions'
import type { Statement } from './policy.ts'

/** Account and region of the service on one machine, so that its calls name the same resources. */
export const ACCOUNT = '000000000000'
const REGION = 'us-east-1'
const PSEUDO: Record<string, string> = {
  'AWS::Partition': 'aws',
  'AWS::Region': REGION,
  'AWS::AccountId': ACCOUNT,
  'AWS::URLSuffix': 'amazonaws.com',
}

/** The ARN of a resource with this name, by its type. */
const arns: Record<string, (name: string) => string> = {
  'AWS::DynamoDB::Table': (name) => arn('dynamodb', `table/${name}`),
  'AWS::S3::Bucket': (name) => `arn:aws:s3:::${name}`,
  'AWS::SQS::Queue': (name) => arn('sqs', name),
  'AWS::ECS::Cluster': (name) => arn('ecs', `cluster/${name}`),
  'AWS::Events::Rule': (name) => arn('events', `rule/${name}`),
  'AWS::Lambda::Function': (name) => arn('lambda', `function:${name}`),
  'AWS::Logs::LogGroup': (name) => arn('logs', `log-group:${name}:*`),
  'AWS::SecretsManager::Secret': (name) => arn('secretsmanager', `secret:${name}`),
  'AWS::IAM::Role': (name) => `arn:aws:iam::${ACCOUNT}:role/${name}`,
}

export const arn = (service: string, rest: string): string => `arn:aws:${service}:${REGION}:${ACCOUNT}:${rest}`

/** What a deployment of the stack would have: names and ARNs instead of CloudFormation's functions. */
export interface DeployedTemplate {
  /** A value of the template. @throws Error for a function that is not supported here */
  resolve(value: unknown): string
  statements(document: { Statement: unknown }): Statement[]
}

/** @param names - of resources, by how their logical IDs begin; the others are called after their logical ID */
export function deployed(template: Template, names: Record<string, string>): DeployedTemplate {
  const resources: Record<string, { Type: string }> = template.toJSON().Resources
  const nameOf = (id: string) => Object.entries(names).find(([start]) => id.startsWith(start))?.[1] ?? id
  const reference = (id: string) =>
    PSEUDO[id] ?? (resources[id]?.Type === 'AWS::SecretsManager::Secret' ? arnOf(id) : nameOf(id))
  const arnOf = (id: string) => {
    const format = arns[resources[id]?.Type ?? '']
    if (!format) throw new Error(`The ARN of ${id} (${resources[id]?.Type}) is not supported here`)
    return format(nameOf(id))
  }

  function resolve(value: unknown): string {
    if (typeof value === 'string' || typeof value === 'number') return String(value)
    const [[name, argument]] = Object.entries(value as object) as [[string, never]]
    if (name === 'Ref') return reference(argument)
    if (name === 'Fn::GetAtt' && argument[1] === 'Arn') return arnOf(argument[0])
    if (name === 'Fn::Join') return (argument[1] as unknown[]).map(resolve).join(argument[0])
    if (name === 'Fn::Sub') return (argument as string).replaceAll(/\$\{([\w:]+)\}/g, (_, id) => reference(id))
    throw new Error(`${JSON.stringify(value)} is not supported here`)
  }

  const all = (value: unknown) => [value].flat().map(resolve)
  return {
    resolve,
    statements: ({ Statement: statements }) =>
      (statements as Record<string, unknown>[]).map(({ Effect, Action, Resource, Condition = {} }) => ({
        Effect: Effect as Statement['Effect'],
        Action: Action as string[],
        Resource: Resource === undefined ? '*' : all(Resource),
        Condition: mapValues(Condition as object, (tests) => mapValues(tests as object, all)),
      })),
  }
}

const mapValues = <Value>(object: object, map: (value: unknown) => Value): Record<string, Value> =>
  Object.fromEntries(Object.entries(object).map(([name, value]) => [name, map(value)]))

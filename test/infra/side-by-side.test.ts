import { expect, test } from 'vitest'
import { makeTemplate } from '../support/stack-template.ts'

/** Types whose names need not be unique, because they are identified by an id. */
const MAY_REPEAT = ['AWS::ApiGateway::RestApi', 'AWS::ApiGateway::Stage', 'AWS::IAM::Policy']

/** Types whose names must be unique across regions. Bucket names are even globally unique. */
const GLOBAL = /^AWS::((CloudFront|IAM|Route53|S3)::|CloudWatch::Dashboard )/

const variants = { edge: { separateSites: 'on' }, plain: { edge: 'off' }, mail: { alarmEmail: 'a@example.com' } }

test.each(Object.entries(variants))('two prefixes can be deployed in one region: %s', (_, contexts) => {
  const one = namesIn('eu-west-1', contexts)
  const other = namesIn('eu-west-1', { ...contexts, namePrefix: 'second' })
  expect(one.filter((name) => other.includes(name))).toEqual([])
})

test.each(Object.entries(variants))('one prefix can be deployed in two regions: %s', (_, contexts) => {
  const one = namesIn('eu-west-1', contexts).filter((name) => GLOBAL.test(name))
  const other = namesIn('us-east-1', contexts)
  expect(one.length).toBeGreaterThan(0)
  expect(one.filter((name) => other.includes(name))).toEqual([])
})

test('no name is too long with the longest prefix', () => {
  for (const region of ['eu-west-1', 'ap-southeast-2']) {
    for (const name of namesIn(region, { namePrefix: `a${'b-'.repeat(19)}c`, separateSites: 'on' })) {
      if (name.startsWith('AWS::CloudFront::Function')) expect(name.split(' ')[1]?.length, name).toBeLessThanOrEqual(64)
    }
  }
})

/** `<type> <name>` of every resource with a fixed name. CloudFormation gives all others unique names. */
function namesIn(region: string, contexts: Record<string, string>): string[] {
  const { Resources, Outputs = {} } = makeTemplate(contexts).toJSON()
  const named = Object.values(Resources as Record<string, { Type: string; Properties?: Record<string, unknown> }>)
    .filter(({ Type }) => !MAY_REPEAT.includes(Type))
    .flatMap(({ Type, Properties = {} }) =>
      nameProperties(Type).map((property) => [Type, Properties[property]] as const),
    )
    .flatMap(([type, name]) => (name === undefined ? [] : [`${type} ${textOf(name, region)}`]))
  const exported = Object.values(Outputs as Record<string, { Export?: { Name: unknown } }>)
  return [...named, ...exported.flatMap(({ Export }) => (Export ? [`Export ${textOf(Export.Name, region)}`] : []))]
}

/** Properties that may hold the name: `RoleName` for a role, or `Name` or `Family`. */
const nameProperties = (type: string): string[] => ['Name', 'Family', `${type.split('::').at(-1)}Name`]

function textOf(value: unknown, region: string): string {
  if (typeof value === 'string') return value
  const [[kind, argument]] = Object.entries(value as object) as [[string, never]]
  if (kind === 'Ref' && argument === 'AWS::Region') return region
  if (kind !== 'Fn::Join') return `<${kind} ${argument}>`
  const [separator, parts] = argument as [string, unknown[]]
  return parts.map((part) => textOf(part, region)).join(separator)
}

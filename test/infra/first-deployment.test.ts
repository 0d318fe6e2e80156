import { readFileSync } from 'node:fs'
import { beforeAll, expect, test } from 'vitest'
import { root } from '../support/service-process.ts'
import { makeStack, makeTemplate } from '../support/stack-template.ts'

interface Resource {
  Type: string
  DeletionPolicy?: string
  UpdateReplacePolicy?: string
  Properties?: object
}

let resources: [id: string, resource: Resource][]

beforeAll(() => {
  resources = Object.entries(makeTemplate().toJSON().Resources)
})

/** The whole account shares the role, so it must outlive the stack. It has no fixed name and costs nothing. */
const SHARED_BY_THE_ACCOUNT = ['AWS::ApiGateway::Account', 'AWS::IAM::Role']

test("a failed first deployment leaves only API Gateway's role behind", () => {
  const kept = resources.filter(([, { DeletionPolicy }]) => DeletionPolicy === 'Retain')
  expect(kept.map(([, { Type }]) => Type).toSorted()).toEqual(SHARED_BY_THE_ACCOUNT)
  for (const [id, { Properties = {} }] of kept) expect(Object.keys(Properties), id).not.toContain('RoleName')
})

test('CloudFormation can delete everything that a failed first deployment created', () => {
  const protecting = resources.flatMap(([id, { Properties }]) =>
    flags(Properties).flatMap(([name, value]) =>
      /protection|objectlock/i.test(name) && value !== false ? [`${id} ${name}`] : [],
    ),
  )
  expect(protecting).toEqual([])
  expect(makeStack().stack.terminationProtection).toBeFalsy()
})

test('only data is retained when the stack is deleted or a resource is replaced', () => {
  const data = ['AWS::DynamoDB::Table', 'AWS::S3::Bucket', 'AWS::SecretsManager::Secret']
  const policies = resources
    .filter(([, { DeletionPolicy }]) => DeletionPolicy === 'RetainExceptOnCreate')
    .map(([, { Type, UpdateReplacePolicy }]) => `${Type} ${UpdateReplacePolicy}`)
  expect([...new Set(policies)].toSorted()).toEqual(data.map((type) => `${type} Retain`))
  // The edge's key is no data: another stack generates its own.
  const ofData = resources.filter(([id, { Type }]) => data.includes(Type) && !id.startsWith('EdgeKey'))
  expect(policies).toHaveLength(ofData.length)
})

test('the commands of the checklist for the first deployment name resources of the stack', () => {
  const checklist = readFileSync(`${root}docs/deploy.md`, 'utf8')
  const named = [...checklist.matchAll(/\$\(of (\w+) ([\w:]+)\)/g)].map(([, id = '', type = '']) => ({ id, type }))
  expect(named).not.toEqual([])
  const withAlarms = Object.entries<Resource>(makeTemplate({ alarmEmail: 'you@example.com' }).toJSON().Resources)
  for (const { id, type } of named) {
    const found = withAlarms.filter(([name, { Type }]) => name.startsWith(id) && Type === `AWS::${type}`)
    expect(found, `${id} ${type}`).toHaveLength(1)
  }
})

/** All properties at any depth, with their values. */
function flags(value: unknown): [name: string, value: unknown][] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) => [[name, inner] as [string, unknown], ...flags(inner)])
}

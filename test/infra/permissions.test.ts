import { beforeAll, expect, test } from 'vitest'
import { makeTemplate, type Resource, resourcesOf } from '../support/stack-template.ts'

interface Statement {
  Action: string | string[]
  Resource: unknown
  Condition?: Record<string, Record<string, unknown>>
}

let roles: Resource[]
let policies: Resource[]

beforeAll(() => {
  const template = makeTemplate()
  roles = resourcesOf(template, 'AWS::IAM::Role')
  policies = resourcesOf(template, 'AWS::IAM::Policy')
})

/** After an intended change run `npx vitest run test/infra/permissions.test.ts -u` and review the diff. */
test('docs/permissions.md lists what each role may do', async () => {
  const sections = roles.map((role) => `## ${titleOf(role)}\n\n${tableOf(role)}\n`)
  await expect(`${INTRODUCTION}\n${sections.join('\n')}`).toMatchFileSnapshot('../../docs/permissions.md')
})

test('no role has a wildcard action', () => {
  for (const { id, properties } of policies) {
    const actions = statementsOf(properties).flatMap(({ Action }) => Action)
    expect(
      actions.filter((action) => action.includes('*')),
      id,
    ).toEqual([])
  }
})

test("only API Gateway's role has an AWS managed policy", () => {
  const managed = roles.filter(({ properties }) => properties.ManagedPolicyArns)
  expect(managed.map(({ id }) => id.startsWith('ApiCloudWatchRole'))).toEqual([true])
})

test('the task role cannot read secrets, start tasks or access users', () => {
  const text = JSON.stringify(policies.filter(({ id }) => id.startsWith('RunnerTaskRole')))
  expect(text).toContain('VARIANT#*')
  expect(text).not.toMatch(
    /secretsmanager|ecs:|iam:|sqs:|lambda:|USER#|KEY#|s3:Delete|dynamodb:(Delete|Scan|Query|Batch)/,
  )
})

const INTRODUCTION = `# Permissions

What each role of the stack may do, taken from the template with default contexts. \`test/infra/permissions.test.ts\` writes this
page, and fails if the stack and the page differ.

\`<Name>\` is a resource of the stack. "keys" are partition keys of the table. The reason for each wildcard is next to the grant
in \`infra/aws\`, in the text for cdk-nag.

Two things IAM can't restrict:

- A task may read and write the record and objects of any variant. All tasks share one role, and no policy can know which generation a
  task was started for. The fence limits a task to its own generation: every write to a record names its generation, attempt and claim.
- The task's AI CLI could use the credentials of the task's role. Only the separate uid that the CLI runs under prevents that.
`

const statementsOf = (properties: Resource['properties']): Statement[] => properties.PolicyDocument.Statement

const titleOf = ({ id }: Resource): string =>
  id.replace(/[0-9A-F]{8}$/, '').replace(/^Functions(\w+)Role$/, 'Function $1')

function tableOf(role: Resource): string {
  const own = policies.filter(({ properties }) => properties.Roles.some(({ Ref }: { Ref: string }) => Ref === role.id))
  const managed = (role.properties.ManagedPolicyArns ?? []).map(
    (arn: unknown) => `| (AWS managed policy) | ${textOf(arn)} | |`,
  )
  const rows = own.flatMap(({ properties }) => statementsOf(properties)).flatMap(rowsOf)
  return ['| Action | On | If |', '| --- | --- | --- |', ...[...rows, ...managed].toSorted()].join('\n')
}

function rowsOf({ Action, Resource, Condition }: Statement): string[] {
  const on = [Resource].flat().map(textOf).join('<br>')
  const when = Object.values(Condition ?? {}).flatMap((test) => Object.entries(test))
  const conditions = when.map(([key, value]) => `${namesOf[key] ?? key}: ${[value].flat().map(textOf).join(', ')}`)
  return [Action].flat().map((action) => `| \`${action}\` | ${on} | ${conditions.join('; ')} |`)
}

const namesOf: Record<string, string> = {
  'dynamodb:LeadingKeys': 'keys',
  'ecs:cluster': 'cluster',
  'iam:PassedToService': 'passed to',
}

/** An ARN in readable form, with references shown as resource names. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return `\`${value}\``
  return `\`${render(value)}\``
}

function render(value: unknown): string {
  if (typeof value === 'string') return value
  const [[kind, argument]] = Object.entries(value as object) as [[string, never]]
  if (kind === 'Ref') return nameOf(argument)
  if (kind === 'Fn::GetAtt') return nameOf(argument[0])
  if (kind === 'Fn::Sub') return argument
  const [separator, parts] = argument as [string, unknown[]]
  return parts.map(render).join(separator).replace('arn:<Partition>:', '').replaceAll('<Region>:<AccountId>:', '')
}

const nameOf = (id: string): string => `<${id.replace(/^AWS::/, '').replace(/[0-9A-F]{8}$/, '')}>`

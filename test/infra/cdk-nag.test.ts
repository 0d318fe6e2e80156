import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type App, Validations } from 'aws-cdk-lib'
import { AwsSolutionsChecks } from 'cdk-nag'
import { expect, test } from 'vitest'
import { makeStack } from '../support/stack-template.ts'

const certificateArn = 'arn:aws:acm:us-east-1:111122223333:certificate/1'
const cases: [string, Record<string, string>][] = [
  ['with default contexts', {}],
  ['in private subnets, with an alarm address', { vpc: 'private', spot: 'on', alarmEmail: 'operator@example.com' }],
  [
    'in an existing network',
    { vpc: 'existing', vpcId: 'vpc-0123456789abcdef0', subnetIds: 'subnet-0123456789abcdef0' },
  ],
  ['without an edge, under its own name', { edge: 'off', domainName: 'docs.example.com', certificateArn }],
  [
    'with a second origin for sites',
    { domainName: 'docs.example.com', certificateArn, separateSites: 'on', sitesDomainName: 'sites.example.com' },
  ],
]

test.each(cases)('every cdk-nag finding is acknowledged with a reason: %s', (_, contexts) => {
  const { app } = makeStack(contexts)
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
  expect(findings(app)).toEqual([])
})

interface Violation {
  ruleName: string
  violatingConstructs: { constructPath: string }[]
}

/** A finding makes `synth` throw; the report has the details. */
function findings(app: App): string[] {
  let thrown: unknown
  try {
    app.synth()
  } catch (error) {
    thrown = error
  }
  const report = JSON.parse(readFileSync(join(app.outdir, 'validation-report.json'), 'utf8'))
  const violations: Violation[] = report.pluginReports.flatMap(
    (plugin: { violations: Violation[] }) => plugin.violations,
  )
  if (thrown && violations.length === 0) throw thrown
  return violations.map(({ ruleName, violatingConstructs }) => {
    return `${ruleName} at ${violatingConstructs.map(({ constructPath }) => constructPath).join(', ')}`
  })
}

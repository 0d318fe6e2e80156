import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Validations } from 'aws-cdk-lib'
import { AwsSolutionsChecks } from 'cdk-nag'
import { expect, test } from 'vitest'
import { makeStack } from '../support/stack-template.ts'

const cases: [string, Record<string, string>][] = [
  ['the-stack-as-it-is', {}],
  ['private-subnets', { vpc: 'private', spot: 'on', alarmEmail: 'operator@example.com' }],
  ['an-own-domain-and-an-origin-for-sites', {
    domainName: 'docs.example.com',
    certificateArn: 'arn:aws:acm:us-east-1:111122223333:certificate/1',
    separateSites: 'on',
    sitesDomainName: 'sites.example.com',
  }],
]

test.each(cases)('cdk-nag-finds-nothing-that-is-not-acknowledged-with-a-reason: %s', (_, contexts) => {
  const { app } = makeStack(contexts)
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
  expect(findings(app)).toEqual([])
})

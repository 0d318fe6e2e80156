import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { Template } from 'aws-cdk-lib/assertions'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { root } from '../support/service-process.ts'
import { makeStack, resourcesOf } from '../support/stack-template.ts'

let assets: string
/** The build context sent to the container engine. */
let context: string
let dockerfile: string

beforeAll(() => {
  const { app, stack } = makeStack()
  assets = app.outdir
  const [definition] = resourcesOf(Template.fromStack(stack), 'AWS::ECS::TaskDefinition')
  const hash = /:([0-9a-f]{64})$/.exec(definition?.properties.ContainerDefinitions[0].Image['Fn::Sub'])?.[1]
  context = join(assets, `asset.${hash}`)
  dockerfile = readFileSync(join(context, 'runner/Dockerfile'), 'utf8')
})

afterAll(() => rmSync(assets, { recursive: true, force: true }))

test('the image contains only the runner and the shared code', () => {
  expect(readdirSync(context).toSorted()).toEqual([
    '.dockerignore',
    '.npmrc',
    'package-lock.json',
    'package.json',
    'runner',
    'shared',
  ])
})

test('base images are pinned, and CLIs are pinned with checksums', () => {
  expect(dockerfile).toMatch(/^ARG NODE_IMAGE=node:\d+\.\d+\.\d+-\w+-slim$/m)
  const bases = [...dockerfile.matchAll(/^FROM (?:--\S+ )?(\S+)/gm)].map(([, base]) => base)
  for (const base of bases) expect(base).toMatch(/^(\$\{NODE_IMAGE\}|tools)$/)
  const lock = JSON.parse(readFileSync(join(root, 'runner/clis/package-lock.json'), 'utf8'))
  const packages = Object.entries<{ version: string; integrity?: string }>(lock.packages).filter(([path]) => path)
  const versionOf = (name: string) => packages.find(([path]) => path === `node_modules/${name}`)?.[1].version
  expect(versionOf('@google/gemini-cli')).toBe('0.61.0')
  expect(versionOf('@anthropic-ai/claude-code-linux-arm64')).toBe('2.1.330')
  expect(versionOf('@anthropic-ai/claude-code-linux-x64')).toBe('2.1.330')
  for (const [path, { integrity }] of packages) expect(integrity, path).toMatch(/^sha512-/)
})

test('cursor is installed only from a URL with a checksum', () => {
  expect(dockerfile).toContain('ARG CURSOR_CLI_URL=""')
  expect(dockerfile).toContain('sha256sum --check --strict')
})

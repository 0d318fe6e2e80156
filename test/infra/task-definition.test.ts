import { readFileSync } from 'node:fs'
import { beforeAll, expect, test, vi } from 'vitest'
import { TEMPLATE_KEYS } from '../../infra/aws/credentials.ts'
import { taskDefinition } from '../../infra/local/task-definition.ts'
import { LeaseEnv, RunnerEnv, readEnv } from '../../shared/env.ts'
import { dockersCapabilities } from '../image/container.ts'
import { resolvedVariables } from '../support/stack-environment.ts'
import { makeTemplate, resourcesOf } from '../support/stack-template.ts'

// biome-ignore lint/suspicious/noExplicitAny: a CloudFormation template is JSON of any shape
let definition: any
// biome-ignore lint/suspicious/noExplicitAny: see above
let container: any

beforeAll(() => {
  definition = resourcesOf(makeTemplate(), 'AWS::ECS::TaskDefinition')[0]?.properties
  container = definition.ContainerDefinitions[0]
})

test('the runner is uid 0 with three capabilities', () => {
  expect(container.User).toBe('0')
  const { Add, Drop } = container.LinuxParameters.Capabilities
  expect(Add).toBeUndefined()
  expect(dockersCapabilities.filter((capability) => !Drop.includes(capability))).toEqual(['KILL', 'SETGID', 'SETUID'])
})

test('the CLI runs as its own user, which the image has', () => {
  const { AI_CLI_UID, AI_CLI_GID } = resolvedVariables(container.Environment)
  const dockerfile = readFileSync(new URL('../../runner/Dockerfile', import.meta.url), 'utf8')
  expect(dockerfile).toContain(`groupadd --gid ${AI_CLI_GID} ai`)
  expect(dockerfile).toContain(`useradd --uid ${AI_CLI_UID} --gid ai `)
})

test('only one folder, empty at the start, is writable', () => {
  expect(container.ReadonlyRootFilesystem).toBe(true)
  expect(container.MountPoints.map((mount: { ContainerPath: string }) => mount.ContainerPath)).toEqual(['/tmp'])
  expect(definition.Volumes).toEqual([{ Name: 'tmp' }])
})

test('a task has two minutes to stop, and an init process that forwards signals', () => {
  expect(container.StopTimeout).toBe(120)
  expect(container.LinuxParameters.InitProcessEnabled).toBe(true)
})

test('nobody can log in to a task', () => {
  expect(container.PortMappings ?? []).toEqual([])
  expect(JSON.stringify(definition)).not.toContain('ssmmessages')
})

test('keys are passed as secrets, never as plain variables', () => {
  const secret = /(?<!VARIANT_)KEY$|TOKEN|CREDENTIALS/
  // The secret's field GIT_TOKEN takes a list too.
  const onOneMachine = ['GIT_TOKENS']
  const secrets = container.Secrets.map(({ Name }: { Name: string }) => Name)
  const wanted = Object.keys(RunnerEnv.shape).filter((name) => secret.test(name) && !onOneMachine.includes(name))
  expect(secrets.toSorted()).toEqual(wanted.toSorted())
  expect(Object.keys(resolvedVariables(container.Environment)).filter((name) => secret.test(name))).toEqual([])
})

test("docs/deploy.md tells operators to add any key that the secret's template lacks", () => {
  const later = container.Secrets.map(({ Name }: { Name: string }) => Name).filter(
    (name: string) => !TEMPLATE_KEYS.includes(name),
  )
  const page = readFileSync(new URL('../../docs/deploy.md', import.meta.url), 'utf8')
  expect(later.filter((name: string) => !page.includes(`\`${name}\``))).toEqual([])
})

test("the secret's template never changes", () => {
  const [secret] = resourcesOf(makeTemplate(), 'AWS::SecretsManager::Secret').filter(
    ({ properties }) => properties.GenerateSecretString.GenerateStringKey,
  )
  // If it changed, CloudFormation would overwrite the secret: a new admin key, and no provider keys.
  expect(JSON.stringify(secret?.properties.GenerateSecretString.SecretStringTemplate)).toContain(
    JSON.stringify(
      '"ANTHROPIC_API_KEY":"","GEMINI_API_KEY":"","CURSOR_API_KEY":"","AWS_BEARER_TOKEN_BEDROCK":"","GOOGLE_CREDENTIALS_JSON":"","GIT_TOKEN":"","GIT_SSH_KEY":""}',
    ).slice(1, -1),
  )
})

test("the task's variables and a lease are all that the runner needs", () => {
  const lease = { VARIANT_KEY: 'key', GENERATION_ID: crypto.randomUUID(), ATTEMPT: '1' }
  const ecs = { ECS_CONTAINER_METADATA_URI_V4: 'http://169.254.170.2/v4/1' }
  const declared = resolvedVariables(container.Environment)
  expect(readEnv(RunnerEnv, { ...declared, ...lease, ...ecs })).toMatchObject({ TMPDIR: '/tmp', S3_PATH_STYLE: false })
  const known = Object.keys(RunnerEnv.shape).filter((name) => !(name in LeaseEnv.shape))
  expect(Object.keys(declared).filter((name) => !known.includes(name))).toEqual([])
})

test('one machine runs the same container definition', () => {
  // Everything that operators can set.
  const settings = Object.keys(RunnerEnv.shape).filter((name) => !(name in LeaseEnv.shape) && name !== 'TMPDIR')
  for (const name of settings) vi.stubEnv(name, 'set')
  const local = taskDefinition({}, { standIn: false })
  vi.unstubAllEnvs()
  expect(local).toMatchObject({
    containerName: container.Name,
    command: container.Command,
    stopTimeoutSeconds: container.StopTimeout,
  })
  const synthesised = [
    ...Object.keys(resolvedVariables(container.Environment)),
    ...container.Secrets.map(({ Name }: { Name: string }) => Name),
  ]
  // TMPDIR is also a folder of the task: the endpoint creates it.
  const missing = synthesised.filter((name) => name !== 'TMPDIR' && !(name in local.environment))
  expect(missing).toEqual([])
})

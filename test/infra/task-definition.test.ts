import { beforeAll, expect, test } from 'vitest'
import { LeaseEnv, readEnv, RunnerEnv } from '../../shared/env.ts'
import { resolvedVariables } from '../support/stack-environment.ts'
import { makeTemplate, resourcesOf } from '../support/stack-template.ts'

// biome-ignore lint/suspicious/noExplicitAny: a CloudFormation template is JSON of any shape
let definition: any
// biome-ignore lint/suspicious/noExplicitAny: likewise
let container: any

beforeAll(() => {
  definition = resourcesOf(makeTemplate(), 'AWS::ECS::TaskDefinition')[0]?.properties
  container = definition.ContainerDefinitions[0]
}, 60_000)

test('the-runner-is-uid-0-with-three-capabilities', () => {
  expect(container.User).toBe('0')
  const { Add, Drop } = container.LinuxParameters.Capabilities
  expect(Add).toBeUndefined()
  // What Docker gives a container: https://docs.docker.com/engine/containers/run/#runtime-privilege-and-linux-capabilities
  const given = [
    'AUDIT_WRITE', 'CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'KILL', 'MKNOD', 'NET_BIND_SERVICE', 'NET_RAW',
    'SETFCAP', 'SETGID', 'SETPCAP', 'SETUID', 'SYS_CHROOT',
  ]
  expect(given.filter((capability) => !Drop.includes(capability))).toEqual(['KILL', 'SETGID', 'SETUID'])
})

test('only-two-fresh-folders-can-be-written', () => {
  expect(container.ReadonlyRootFilesystem).toBe(true)
  expect(container.MountPoints.map((mount: { ContainerPath: string }) => mount.ContainerPath)).toEqual(['/tmp', '/ai'])
  expect(definition.Volumes).toEqual([{ Name: 'tmp' }, { Name: 'ai' }])
})

test('a-task-has-two-minutes-to-end-and-an-init-that-passes-signals-on', () => {
  expect(container.StopTimeout).toBe(120)
  expect(container.LinuxParameters.InitProcessEnabled).toBe(true)
})

test('nobody-can-log-in-to-a-task', () => {
  expect(container.PortMappings ?? []).toEqual([])
  expect(JSON.stringify(definition)).not.toContain('ssmmessages')
})

test('keys-come-as-secrets-and-never-as-plain-variables', () => {
  const secrets = container.Secrets.map((secret: { Name: string }) => secret.Name)
  expect(secrets).toEqual(['ANTHROPIC_API_KEY', 'GEMINI_API_KEY', 'CURSOR_API_KEY'])
  expect(Object.keys(resolvedVariables(container.Environment)).filter((name) => /KEY|TOKEN|SECRET/.test(name))).toEqual([])
})

test('with-a-lease-the-variables-of-the-task-are-all-that-the-runner-needs', () => {
  const lease = { VARIANT_KEY: 'key', GENERATION_ID: crypto.randomUUID(), ATTEMPT: '1' }
  const ecs = { ECS_CONTAINER_METADATA_URI_V4: 'http://169.254.170.2/v4/1' }
  const declared = resolvedVariables(container.Environment)
  expect(readEnv(RunnerEnv, { ...declared, ...lease, ...ecs })).toMatchObject({ TMPDIR: '/tmp', S3_PATH_STYLE: false })
  const known = Object.keys(RunnerEnv.shape).filter((name) => !(name in LeaseEnv.shape))
  expect(Object.keys(declared).filter((name) => !known.includes(name))).toEqual([])
})

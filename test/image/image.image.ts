import { createHash, randomUUID } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { type LocalEcs, startEcs } from '../../infra/local/ecs/start-ecs.ts'
import type { EcsTaskStateChange } from '../../infra/local/ecs/state-change.ts'
import { createResources } from '../../infra/local/resources.ts'
import type { Stores } from '../../infra/local/stores.ts'
import { openCluster, openTable } from '../../shared/aws/clients.ts'
import { readRecord } from '../../shared/aws/records.ts'
import { startTask, stopTask } from '../../shared/aws/runner-tasks.ts'
import { reserve, transition } from '../../shared/aws/variant-store.ts'
import { LeaseEnv, provideEnv } from '../../shared/env.ts'
import type { Lease } from '../../shared/generation.ts'
import { type Variant, variantKey } from '../../shared/variant.ts'
import { pageOf, planOf } from '../clis/real-service.ts'
import { fakeAnthropic } from '../support/fake-anthropic.ts'
import { type GitServer, serveGit } from '../support/git-http.ts'
import { launched } from '../support/launched.ts'
import { limits } from '../support/limits.ts'
import type { FakeModel, Step } from '../support/model-script.ts'
import { makeRepository, sampleFiles } from '../support/repository.ts'
import { temporaryFolder } from '../support/service-process.ts'
import { resolvedVariables } from '../support/stack-environment.ts'
import { startTestStores, testKeys } from '../support/test-stores.ts'
import { build } from './build.ts'
import { containerRuntime, taskContainer } from './container.ts'

const { base, context, definition, runner, architecture } = inject('images')
const { image } = runner
const dockerfile = join(context, 'runner/Dockerfile')
const patience = { timeout: limits.generation, interval: 100 }

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let stores: Stores
let git: GitServer
let model: FakeModel
let ecs: LocalEcs
const events: EcsTaskStateChange[] = []
/** What the model does when asked for a page. */
let onPage: () => Step = () => ({})

beforeAll(async () => {
  folder = await temporaryFolder('image')
  await startWorld()
})

afterAll(async () => {
  await ecs?.close()
  await model?.[Symbol.asyncDispose]()
  await git?.[Symbol.asyncDispose]()
  await stores?.close()
  await folder?.[Symbol.asyncDispose]()
})

test('the image has git, ssh and the CLIs, for an unprivileged user on a read-only file system', async () => {
  const asTheCli = inContainer('setpriv', '--reuid=1001', '--regid=1001', '--clear-groups', '--')
  const ask = async (...command: string[]) =>
    (await execa(asTheCli[0], [...asTheCli.slice(1), ...command], quietly)).stdout
  expect(await ask('git', '--version')).toMatch(/^git version 2\.47\./)
  expect(await ask('sh', '-c', 'ssh -V 2>&1')).toMatch(/^OpenSSH_10\.0p/)
  expect(await ask('node', '--version')).toBe(process.version)
  expect(await ask('claude', '--version')).toContain('2.1.330')
  expect(await ask('gemini', '--version')).toContain('0.61.0')
  expect(await ask('sh', '-c', 'command -v npm npx cursor-agent || echo none')).toBe('none')
  expect(await ask('sh', '-c', 'find / -xdev -type f -perm /6000 2>/dev/null || true')).toBe('')
  const writes = '[ -w /app ] || [ -w / ] || [ -w /usr ] || [ -w /opt/clis ] || echo none'
  expect(await ask('sh', '-c', writes)).toBe('none')
  const asTheRunner = inContainer('sh', '-c', 'touch /app/file')
  const refused = await execa(asTheRunner[0], asTheRunner.slice(1), { ...quietly, reject: false })
  expect(refused.stderr).toContain('Read-only file system')
  expect((await ask('ls', '/app')).split('\n')).toEqual(['node_modules', 'package.json', 'runner', 'shared'])
  const packages = (await ask('ls', '/app/node_modules')).split('\n')
  for (const name of ['aws-cdk-lib', 'vitest', 'typescript', 'fauxqs', 'node']) expect(packages).not.toContain(name)
  const { stdout } = await execa('du', ['--summarize', '--total', '--block-size=MiB', ...image.layers.slice(0, -1)])
  console.log(`The image adds ${/^(\S+)\ttotal$/m.exec(stdout)?.[1]} to its base`)
})

test('the synthesised task definition, run by the local ECS endpoint, completes a generation with claude', async () => {
  let seen: Record<string, string> = {}
  onPage = () => {
    seen = statusOfTheCli()
    return pageOf('one')
  }
  const lease = await launch('ready')
  await started(lease)
  await expect.poll(async () => (await record(lease)).status, patience).not.toBe('generating')
  expect(await record(lease), logs()).toMatchObject({ status: 'ready', published: { pageCount: 1 } })
  expect((await stopped(lease)).detail.containers[0]).toMatchObject({ name: 'runner', exitCode: 0 })
  // The process that asked for the page has its own user, and neither capabilities nor a way to get any.
  expect(seen.Uid?.split(/\s+/)).toEqual(['1001', '1001', '1001', '1001'])
  expect(seen.Gid?.split(/\s+/)).toEqual(['1001', '1001', '1001', '1001'])
  expect([seen.CapPrm, seen.CapEff, seen.CapInh, seen.CapAmb]).toEqual(Array(4).fill('0000000000000000'))
  // KILL, SETGID and SETUID, which it cannot use: no program in the image has the setuid bit.
  expect(seen.CapBnd).toBe('00000000000000e0')
})

test('a stopped task ends on its own within its stop timeout, and so does the CLI', async () => {
  onPage = () => ({ hangs: 'pings' })
  const lease = await launch('stopped')
  const before = model.requests.length
  const taskArn = await started(lease)
  await expect.poll(() => model.requests.length, patience).toBe(before + 2)
  await stopTask(cluster(), taskArn, 'the test is over')
  const { detail } = await stopped(lease)
  expect(detail).toMatchObject({ stopCode: 'UserInitiated', stoppedReason: 'the test is over' })
  // Not 137, which would be SIGKILL.
  expect(detail.containers[0]?.exitCode).toBe(143)
  // A killed process can be seen for a moment after the one that killed it has ended.
  await expect.poll(clis, patience).toEqual([])
})

test("the image for the other architecture gets that architecture's claude", async () => {
  const other = architecture === 'amd64' ? 'arm64' : 'amd64'
  const order = { base, dockerfile, context, target: 'clis', args: { TARGETARCH: other } }
  const { layers } = (await build(join(folder.path, 'other'), order)).image
  const program = await open(join(layers[0] ?? '', 'opt/clis/bin/claude'))
  // The ELF header's e_machine: https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html
  const { buffer } = await program.read(Buffer.alloc(20), 0, 20)
  await program.close()
  expect(buffer.readUInt16LE(18)).toBe({ arm64: 183, amd64: 62 }[other])
})

test('cursor-agent is installed only from a URL whose content matches the checksum', async () => {
  const content = join(folder.path, 'cursor')
  mkdirSync(content)
  await execa('sh', ['-euc', 'mkdir dist; echo "#!/bin/sh" >dist/cursor-agent; chmod +x dist/cursor-agent'], {
    cwd: content,
  })
  await execa('tar', ['--create', '--gzip', '--file', 'cursor.tar.gz', 'dist'], { cwd: content })
  const archive = readFileSync(join(content, 'cursor.tar.gz'))
  const server = createServer((_, response) => response.end(archive))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const CURSOR_CLI_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}/cursor.tar.gz`
  const CURSOR_CLI_SHA256 = createHash('sha256').update(archive).digest('hex')
  const order = { base, dockerfile, context, target: 'cursor' }
  const right = { ...order, args: { CURSOR_CLI_URL, CURSOR_CLI_SHA256 } }
  const { layers } = (await build(join(content, 'right'), right)).image
  expect(readdirSync(join(layers[0] ?? '', 'opt/cursor'))).toEqual(['cursor-agent'])
  const wrong = { CURSOR_CLI_URL, CURSOR_CLI_SHA256: '0'.repeat(64) }
  await expect(build(join(content, 'wrong'), { ...order, args: wrong })).rejects.toThrow('cursor.tar.gz: FAILED')
  await new Promise((resolve) => server.close(resolve))
})

const quietly = { extendEnv: false, env: { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: '/tmp' } } as const

function inContainer(...command: string[]): [string, ...string[]] {
  const root = join(folder.path, 'root')
  mkdirSync(root, { recursive: true })
  return [...containerRuntime(folder.path, image, taskContainer(definition.ContainerDefinitions[0])), ...command]
}

/** Starts the servers around a task, and an ECS endpoint with the task definition. */
async function startWorld(): Promise<void> {
  stores = await startTestStores(join(folder.path, 'data'))
  await makeRepository(join(folder.path, 'group', 'adder'), sampleFiles)
  git = await serveGit(folder.path)
  model = await fakeAnthropic(({ task }) => (task.kind === 'plan' ? planOf(['one']) : onPage()))
  const [container] = definition.ContainerDefinitions
  const aws = {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: testKeys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: testKeys.secretAccessKey,
    AWS_ENDPOINT_URL_DYNAMODB: stores.dynamodbUrl,
    AWS_ENDPOINT_URL_S3: stores.s3Url,
  }
  const places = { TABLE_NAME: 'docsfy', BUCKET_NAME: 'docsfy', S3_PATH_STYLE: 'true', ALLOWED_PRIVATE_HOSTS: git.host }
  ecs = await startEcs({
    dataDir: join(folder.path, 'data'),
    credentials: testKeys,
    onEvent: async (event) => void events.push(event),
    taskDefinitions: [
      {
        family: definition.Family ?? 'docsfy-runner',
        revision: 1,
        containerName: container.Name,
        command: inContainer(...container.Command),
        environment: {
          ...image.env,
          ...resolvedVariables(container.Environment),
          ...secretsOf(container.Secrets),
          ...{ ...places, ...aws, ANTHROPIC_BASE_URL: model.url },
        },
        variables: Object.keys(LeaseEnv.shape),
        stopTimeoutSeconds: container.StopTimeout,
      },
    ],
  })
  provideEnv({ ...aws, AWS_ENDPOINT_URL_SQS: stores.sqsUrl, AWS_ENDPOINT_URL_ECS: ecs.url })
  await createResources({ table: 'docsfy', bucket: 'docsfy', queue: 'docsfy.fifo' })
}

/** Resolves each variable to the field of the secret's JSON that its ARN names at the end (`…:NAME::`). */
function secretsOf(secrets: { Name: string; ValueFrom: unknown }[]): Record<string, string> {
  const secret: Record<string, string> = { ANTHROPIC_API_KEY: 'the-key-of-nobody' }
  return Object.fromEntries(
    secrets.map(({ Name, ValueFrom }) => {
      const [, key = ''] = /:(\w+)::"/.exec(JSON.stringify(ValueFrom)) ?? []
      return [Name, secret[key] ?? '']
    }),
  )
}

const table = () => openTable({ TABLE_NAME: 'docsfy' })
const cluster = () =>
  openCluster({
    CLUSTER: 'docsfy',
    TASK_DEFINITION: definition.Family ?? 'docsfy-runner',
    CONTAINER_NAME: definition.ContainerDefinitions[0].Name,
    SUBNETS: [],
    SECURITY_GROUPS: [],
    ASSIGN_PUBLIC_IP: 'false',
  })

/** Creates a generation whose task is about to be started. */
async function launch(name: string): Promise<Lease> {
  const variant: Variant = { owner: 'admin', name, branch: 'main', provider: 'claude', model: 'opus' }
  const generationId = randomUUID()
  const queuedAt = new Date().toISOString()
  const repoUrl = `${git.url}/group/adder`
  const asked = { repoUrl, askedRef: null, repoType: null, timeoutMinutes: 5, force: false }
  await reserve(table(), variant, { ...asked, generationId, pageScope: generationId, queuedAt }, undefined)
  const lease = { key: variantKey(variant), generationId, attempt: 1 }
  await transition(table(), 'launch', lease, launched(queuedAt))
  return lease
}

async function started(lease: Lease): Promise<string> {
  const answer = await startTask(cluster(), lease)
  if (answer.outcome !== 'started') throw new Error(answer.detail)
  return answer.taskArn
}

const record = async ({ key }: Lease) => (await readRecord(table(), key)) ?? expect.fail('the record does not exist')

async function stopped({ generationId }: Lease): Promise<EcsTaskStateChange> {
  const find = () =>
    events.find(({ detail }) => detail.startedBy?.includes(generationId) && detail.lastStatus === 'STOPPED')
  await expect.poll(find, patience).toBeDefined()
  return find() ?? expect.fail()
}

function logs(): string {
  const tasks = join(folder.path, 'data/ecs/tasks')
  return readdirSync(tasks)
    .map((id) => readFileSync(join(tasks, id, 'output.log'), 'utf8'))
    .join('\n')
}

const clis = (): string[] =>
  readdirSync('/proc').filter((pid) => {
    try {
      return (
        /^\d+$/.test(pid) &&
        readFileSync(`/proc/${pid}/environ`, 'utf8').includes('the-key-of-nobody\0') &&
        readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith('claude\0')
      )
    } catch {
      return false
    }
  })

/** The kernel's status of the running `claude`. */
function statusOfTheCli(): Record<string, string> {
  const lines = readFileSync(`/proc/${clis()[0]}/status`, 'utf8').split('\n')
  return Object.fromEntries(lines.map((line) => [line.split(':')[0] ?? '', line.slice(line.indexOf(':') + 1).trim()]))
}

import { randomUUID } from 'node:crypto'
import { chmod, cp, mkdir, readdir, readFile, rm, stat } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Template } from 'aws-cdk-lib/assertions'
import { execa } from 'execa'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createResources } from '../../infra/local/resources.ts'
import { type Stores, startStores } from '../../infra/local/stores.ts'
import { openTable } from '../../shared/aws/clients.ts'
import { move, readRecord, reserve } from '../../shared/aws/variant-store.ts'
import { provideEnv } from '../../shared/env.ts'
import { type Variant, variantKey } from '../../shared/variant.ts'
import { makeRepository, sampleFiles } from '../support/repository.ts'
import { writeScriptedCli } from '../support/scripted-cli.ts'
import { root, temporaryFolder } from '../support/service-process.ts'
import { resolvedVariables } from '../support/stack-environment.ts'
import { makeStack, resourcesOf } from '../support/stack-template.ts'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
/** What is sent to the container engine, and what the last stage makes of it. */
let context: string
let image: string
let dockerfile: string
// biome-ignore lint/suspicious/noExplicitAny: a CloudFormation template is JSON of any shape
let container: any
let assets: string
let stores: Stores
let metadata: Server

beforeAll(async () => {
  folder = await temporaryFolder('image')
  const { app, stack } = makeStack()
  assets = app.outdir
  container = resourcesOf(Template.fromStack(stack), 'AWS::ECS::TaskDefinition')[0]?.properties.ContainerDefinitions[0]
  const hash = /:([0-9a-f]{64})$/.exec(container.Image['Fn::Sub'])?.[1]
  context = join(assets, `asset.${hash}`)
  dockerfile = await readFile(join(context, 'runner/Dockerfile'), 'utf8')
  image = join(folder.path, 'image')
  await replayLastStage()
  stores = await startStores({ dataDir: join(folder.path, 'data'), host: '127.0.0.1' })
  metadata = createServer((_, response) => response.end(JSON.stringify({ TaskARN: TASK_ARN })))
  await new Promise<void>((resolve) => metadata.listen(0, '127.0.0.1', resolve))
}, 120_000)

afterAll(async () => {
  metadata?.close()
  await stores?.close()
  if (assets) await rm(assets, { recursive: true, force: true })
  await folder?.[Symbol.asyncDispose]()
})

const TASK_ARN = 'arn:aws:ecs:us-east-1:111122223333:task/docsfy/0123456789abcdef0123456789abcdef'

test('the-image-holds-the-runner-and-neither-the-stand-in-nor-anything-for-development', async () => {
  expect((await readdir(join(image, 'app'))).toSorted()).toEqual(['node_modules', 'package.json', 'runner', 'shared'])
  expect((await readdir(context)).toSorted()).toEqual([
    '.dockerignore',
    '.npmrc',
    'package-lock.json',
    'package.json',
    'runner',
    'shared',
  ])
  const packages = await readdir(join(image, 'app/node_modules'))
  for (const name of ['aws-cdk-lib', 'vitest', 'typescript', 'fauxqs', 'node']) expect(packages).not.toContain(name)
})

test('every-base-is-pinned-and-the-clis-are-pinned-with-checksums', async () => {
  expect(dockerfile).toMatch(/^ARG NODE_IMAGE=node:\d+\.\d+\.\d+-\w+-slim$/m)
  expect([...dockerfile.matchAll(/^FROM .*$/gm)].every(([line]) => /\$\{NODE_IMAGE\}/.test(line))).toBe(true)
  const lock = JSON.parse(await readFile(join(root, 'runner/clis/package-lock.json'), 'utf8'))
  const packages = Object.entries<{ version: string; integrity?: string }>(lock.packages).filter(([path]) => path)
  const versionOf = (name: string) => packages.find(([path]) => path === `node_modules/${name}`)?.[1].version
  expect(versionOf('@google/gemini-cli')).toBe('0.61.0')
  expect(versionOf('@anthropic-ai/claude-code-linux-arm64')).toBe('2.1.330')
  expect(versionOf('@anthropic-ai/claude-code-linux-x64')).toBe('2.1.330')
  for (const [path, { integrity }] of packages) expect(integrity, path).toMatch(/^sha512-/)
})

test('cursor-comes-in-only-by-an-address-with-a-checksum', () => {
  expect(dockerfile).toContain('ARG CURSOR_CLI_URL=""')
  expect(dockerfile).toContain('sha256sum --check --strict')
})

test.skipIf(process.platform !== 'linux' || process.getuid?.() !== 0)(
  'the-image-does-a-whole-generation-with-the-variables-and-capabilities-of-the-task-definition',
  async () => {
    provideEnv(aws())
    await createResources({ table: 'docsfy', bucket: 'docsfy', queue: 'docsfy.fifo' })
    await makeRepository(join(folder.path, 'adder'), sampleFiles)
    const cli = await writeScriptedCli(folder.path, { slugs: ['start', 'usage'] })
    const lease = await launch(pathToFileURL(join(folder.path, 'adder')).href)
    await mkdir(join(folder.path, 'tmp'))
    // The scripted CLI and its notes lie here, and the user of the CLI must reach them.
    await chmod(folder.path, 0o777)
    const environment: Record<string, string> = {
      ...resolvedVariables(container.Environment),
      ...Object.fromEntries(container.Secrets.map(({ Name }: { Name: string }) => [Name, 'a-key-of-nobody'])),
      ...aws(),
      TABLE_NAME: 'docsfy',
      BUCKET_NAME: 'docsfy',
      S3_PATH_STYLE: 'true',
      VARIANT_KEY: lease.key,
      GENERATION_ID: lease.generationId,
      ATTEMPT: '1',
      ECS_CONTAINER_METADATA_URI_V4: `http://127.0.0.1:${(metadata.address() as AddressInfo).port}`,
      TMPDIR: join(folder.path, 'tmp'),
      AI_CLI_CLAUDE: cli.path,
    }
    const [program = '', ...rest] = commandOf()
    expect(program).toBe('node')
    const { exitCode, stdout } = await execa('setpriv', [...asTheTaskDefinition(), process.execPath, ...rest], {
      cwd: join(image, 'app'),
      extendEnv: false,
      env: environment,
      reject: false,
      timeout: 90_000,
    })
    const record = await readRecord(openTable({ TABLE_NAME: 'docsfy' }), lease.key)
    expect(record, stdout).toMatchObject({ status: 'ready', claimedBy: TASK_ARN, published: { pageCount: 2 } })
    expect(exitCode).toBe(0)
    expect(await readdir(join(folder.path, 'tmp'))).toEqual([])
    expect((await stat(join(folder.path, 'calls.jsonl'))).uid).toBe(Number(environment.AI_CLI_UID))
  },
  120_000,
)

const aws = (): Record<string, string> => ({
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_ENDPOINT_URL_DYNAMODB: stores.dynamodbUrl,
  AWS_ENDPOINT_URL_S3: stores.s3Url,
  AWS_ENDPOINT_URL_SQS: stores.sqsUrl,
})

const commandOf = (): string[] => JSON.parse(/^CMD (\[.*\])$/m.exec(dockerfile)?.[1] ?? '[]')

/** The uid of the task definition, and what is left of Docker's capabilities. */
function asTheTaskDefinition(): string[] {
  const kept = ['setuid', 'setgid', 'kill'].map((name) => `+${name}`)
  for (const name of ['SETUID', 'SETGID', 'KILL'])
    expect(container.LinuxParameters.Capabilities.Drop).not.toContain(name)
  return [`--reuid=${container.User}`, `--bounding-set=-all,${kept.join(',')}`, '--inh-caps=-all']
}

/** A generation as it is when its task has been asked for. */
async function launch(repoUrl: string): Promise<{ key: string; generationId: string }> {
  const table = openTable({ TABLE_NAME: 'docsfy' })
  const variant: Variant = { owner: 'admin', name: 'adder', branch: 'main', provider: 'claude', model: 'opus' }
  const generationId = randomUUID()
  const queuedAt = new Date().toISOString()
  const asked = { repoUrl, askedRef: null, repoType: null, timeoutMinutes: 5, force: false }
  await reserve(table, variant, { ...asked, generationId, pageScope: generationId, queuedAt }, undefined)
  const lease = { key: variantKey(variant), generationId, attempt: 1 }
  await move(table, 'launch', lease, { launchedAt: queuedAt, startedAt: queuedAt })
  return lease
}

/** Its `COPY` lines, on a folder instead of a file system; what `npm ci --omit=dev` installs is copied from here. */
async function replayLastStage(): Promise<void> {
  const lastStage = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '))
  const workdir = join(image, /^WORKDIR (\S+)$/m.exec(lastStage)?.[1] ?? '')
  for (const [, stage, from = '', to = ''] of lastStage.matchAll(/^COPY (?:--from=(\S+) )?(\S+) (\S+)$/gm)) {
    if (stage === 'dependencies') await copyProductionPackages(join(workdir, to))
    // Its CLIs are scripted ones here.
    else if (stage === undefined) {
      const target = to.endsWith('/') ? join(workdir, to, from) : join(workdir, to)
      await cp(join(context, from), target, { recursive: true })
    }
  }
}

async function copyProductionPackages(target: string): Promise<void> {
  const lock = JSON.parse(await readFile(join(context, 'package-lock.json'), 'utf8'))
  const packages = Object.entries<{ dev?: boolean; optional?: boolean }>(lock.packages)
  for (const [path, { dev }] of packages) {
    if (!path || dev) continue
    const inner = path.replace(/^node_modules\//, '')
    const nested = (source: string) => !source.slice(join(root, path).length).includes('/node_modules')
    await cp(join(root, path), join(target, inner), { recursive: true, filter: nested })
  }
}

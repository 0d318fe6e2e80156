import { cpSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { Template } from 'aws-cdk-lib/assertions'
import type { TestProject } from 'vitest/node'
import { root, temporaryFolder } from '../support/service-process.ts'
import { makeStack, resourcesOf } from '../support/stack-template.ts'
import { type Build, build, makeBase } from './build.ts'

/** Both images, and what they were built from. */
export interface Images {
  base: string
  /** TARGETARCH of this machine. */
  architecture: string
  /** The build context of the runner's image. */
  context: string
  runner: Build
  service: Build
  /** The properties of the synthesised task definition. */
  // biome-ignore lint/suspicious/noExplicitAny: a CloudFormation template is JSON of any shape
  definition: any
}

declare module 'vitest' {
  interface ProvidedContext {
    images: Images
  }
}

/** Before all files: builds both images on the same base, the stages that they share only once. */
export default async function buildImages(project: TestProject): Promise<() => Promise<void>> {
  const folder = await temporaryFolder('images')
  const { app, stack } = makeStack()
  const cleanUp = async () => {
    rmSync(app.outdir, { recursive: true, force: true })
    await folder[Symbol.asyncDispose]()
  }
  try {
    const definition = resourcesOf(Template.fromStack(stack), 'AWS::ECS::TaskDefinition')[0]?.properties
    const [, hash] = /:([0-9a-f]{64})$/.exec(definition.ContainerDefinitions[0].Image['Fn::Sub']) ?? []
    const context = join(app.outdir, `asset.${hash}`)
    const architecture = { x64: 'amd64', arm64: 'arm64' }[process.arch as string] ?? ''
    const order = { base: await makeBase(folder.path, 'trixie'), args: { TARGETARCH: architecture } }
    const runner = await build(join(folder.path, 'runner'), {
      ...order,
      dockerfile: join(context, 'runner/Dockerfile'),
      context,
    })
    const service = await build(join(folder.path, 'service'), {
      ...order,
      dockerfile: join(root, 'infra/local/Dockerfile'),
      context: makeContext(join(folder.path, 'context'), 'infra/local/Dockerfile.dockerignore'),
      earlier: runner,
    })
    project.provide('images', { base: order.base, architecture, context, runner, service, definition })
    return cleanUp
  } catch (error) {
    await cleanUp()
    throw error
  }
}

/** The files that a Dockerfile's own ignore file lets into its build context: those after a `!`. */
function makeContext(folder: string, ignoreFile: string): string {
  mkdirSync(folder)
  for (const [, path = ''] of readFileSync(join(root, ignoreFile), 'utf8').matchAll(/^!(.+)$/gm))
    cpSync(join(root, path), join(folder, path), { recursive: true })
  return folder
}

import { join } from 'node:path'
import { execa } from 'execa'
import { root } from '../support/service-process.ts'
import { awsEnv, type MiniStack } from './ministack.ts'

export const STACK = 'docsfy'

/** The CDK's command line against MiniStack. @throws Error with what it printed */
export async function cdk(ministack: MiniStack, folder: string, ...args: string[]): Promise<string> {
  const { all } = await execa(process.execPath, [join(root, 'node_modules/aws-cdk/bin/cdk'), ...args], {
    cwd: folder,
    all: true,
    extendEnv: false,
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      CI: 'true',
      ...awsEnv(ministack),
      CDK_DISABLE_CLI_TELEMETRY: 'true',
    },
  })
  return all
}

/** Deploys an assembly: once to create the stack, then to update it. */
export const deploy = async (ministack: MiniStack, folder: string, assembly: string): Promise<string> =>
  await cdk(ministack, folder, 'deploy', '--app', assembly, '--require-approval', 'never', '--no-notices')

/** What the stack consists of: physical ids by logical ids. Empty once the stack is gone. */
export async function resourcesOf(ministack: MiniStack): Promise<Map<string, string>> {
  const query = new URLSearchParams({ Action: 'DescribeStackResources', StackName: STACK, Version: '2010-05-15' })
  const xml = await ministack.get('cloudformation', `/?${query}`)
  const field = (name: string, member: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(member)?.[1] ?? ''
  const members = [...xml.matchAll(/<member>.*?<\/member>/gs)].map(([member]) => member)
  return new Map(
    members.map((member) => [field('LogicalResourceId', member), field('PhysicalResourceId', member)] as const),
  )
}

/** The physical id of the resource whose logical id starts like this. */
export async function physicalId(ministack: MiniStack, prefix: string): Promise<string> {
  const found = [...(await resourcesOf(ministack))].find(([logicalId]) => logicalId.startsWith(prefix))
  if (!found) throw new Error(`The stack has no ${prefix}`)
  return found[1]
}

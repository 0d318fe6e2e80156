import * as z from 'zod'
import {
  BucketEnv,
  DefaultsEnv,
  GuardEnv,
  LeaseEnv,
  LimitsEnv,
  LogEnv,
  RunnerEnv,
  ShownSettingsEnv,
  TableEnv,
} from '../../shared/env.ts'
import { EXECUTABLES, SECRETS } from '../../shared/providers/descriptors.ts'

const onOff = (initially: 'on' | 'off') =>
  z
    .enum(['on', 'off'])
    .default(initially)
    .transform((text) => text === 'on')
const whole = z.coerce.number().int().positive()

/** How the stack is built. Each is a CDK context (`-c edge=off`, or a line of `context` in cdk.json); docs/deploy.md explains each. */
const Shape = z.object({
  namePrefix: z
    .string()
    .regex(/^[a-z][a-z0-9-]{1,39}$/i, 'takes 2 to 40 letters, digits and hyphens, a letter first')
    .default('docsfy'),
  edge: onOff('on'),
  domainName: z.string().optional(),
  certificateArn: z.string().optional(),
  separateSites: onOff('off'),
  sitesDomainName: z.string().optional(),
  vpc: z.enum(['public', 'private', 'existing']).default('public'),
  vpcId: z
    .string()
    .regex(/^vpc-[0-9a-f]{8,17}$/)
    .optional(),
  subnetIds: z
    .string()
    .regex(/^(subnet-[0-9a-f]{8,17})(,subnet-[0-9a-f]{8,17})*$/, 'takes ids of subnets, separated by commas')
    .transform((text) => text.split(','))
    .optional(),
  assignPublicIp: onOff('off'),
  egressPorts: z
    .string()
    .default('443,80')
    .transform((text) => text.split(',').map(Number))
    .refine((ports) => ports.every((port) => port > 0 && port < 65_536), 'takes port numbers, separated by commas'),
  taskCpu: whole.default(1024),
  taskMemoryMib: whole.default(4096),
  taskStorageGib: whole.min(20).max(200).default(20),
  taskArchitecture: z.enum(['arm64', 'x86_64']).default('arm64'),
  spot: onOff('off'),
  cursorCliUrl: z.url().optional(),
  cursorCliSha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  throttleRate: whole.default(50),
  throttleBurst: whole.default(100),
  reserveConcurrency: onOff('off'),
  apiGatewayAccountRole: onOff('on'),
  logRetentionDays: whole.default(30),
  deletionProtection: onOff('on'),
  lockTable: onOff('off'),
  alarmEmail: z.email().optional(),
  permissionsBoundary: z.string().startsWith('arn:', 'takes the ARN of a policy').optional(),
})

const Choices = Shape.refine((has) => !has.domainName || has.certificateArn, {
  message: 'domainName needs certificateArn',
})
  .refine((has) => !has.separateSites || has.edge, { message: 'separateSites needs edge=on' })
  .refine((has) => !has.sitesDomainName || (has.separateSites && has.certificateArn), {
    message: 'sitesDomainName needs separateSites=on and certificateArn',
  })
  .refine((has) => has.vpc !== 'existing' || (has.vpcId && has.subnetIds), {
    message: 'vpc=existing needs vpcId and subnetIds',
  })
  .refine((has) => !has.lockTable || has.deletionProtection, { message: 'lockTable needs deletionProtection=on' })
  .refine((has) => !has.cursorCliUrl || has.cursorCliSha256, { message: 'cursorCliUrl needs cursorCliSha256' })
export type Choices = z.infer<typeof Choices>

/** What the stack, the image or ECS tells the runner, so that nobody has to. */
const told = [
  ...Object.keys({ ...TableEnv.shape, ...BucketEnv.shape, ...LeaseEnv.shape }),
  ...['ECS_CONTAINER_METADATA_URI_V4', 'TMPDIR', 'PATH', 'AI_CLI_UID', 'AI_CLI_GID'],
  ...EXECUTABLES,
  ...SECRETS,
]
const runnerSettings = Object.fromEntries(Object.entries(RunnerEnv.shape).filter(([name]) => !told.includes(name)))

/** Settings of the service that a context of the same name hands on: `-c MAX_ACTIVE_TASKS=6`. */
const settingSchemas = {
  defaults: DefaultsEnv,
  guard: GuardEnv,
  limits: LimitsEnv,
  log: LogEnv,
  runner: z.object(runnerSettings),
  shown: ShownSettingsEnv,
}
type SettingGroup = keyof typeof settingSchemas

/** As text, and only those that were given: the processes know the defaults. */
export type Settings = Record<SettingGroup, Record<string, string>>

export interface Contexts {
  choices: Choices
  settings: Settings
}

/**
 * Reads every context that is ours.
 *
 * @throws Error that lists all problems at once, among them contexts that nobody reads: a typing error must not deploy
 */
export function readContexts(contexts: Record<string, unknown>): Contexts {
  // CDK's own have a colon or a slash in their names.
  const given = Object.fromEntries(
    Object.entries(contexts).flatMap(([name, value]) => (/[:/]/.test(name) ? [] : [[name, String(value)]])),
  )
  const problems: string[] = []
  const choices = parse(Choices, given)
  const settings: Partial<Settings> = {}
  const known = new Set(Object.keys(Shape.shape))
  for (const [group, schema] of Object.entries(settingSchemas)) {
    const names = Object.keys(schema.shape)
    for (const name of names) known.add(name)
    settings[group as SettingGroup] = Object.fromEntries(Object.entries(given).filter(([name]) => names.includes(name)))
    parse(schema, given)
  }
  problems.push(
    ...Object.keys(given).flatMap((name) => (known.has(name) ? [] : [`  ${name}: there is no such context`])),
  )
  if (problems.length > 0 || !choices) throw new Error(`The contexts are not right:\n${problems.join('\n')}`)
  return { choices, settings: settings as Settings }

  function parse<Schema extends z.ZodType>(schema: Schema, values: object): z.infer<Schema> | undefined {
    const parsed = schema.safeParse(values)
    for (const { path, message } of parsed.error?.issues ?? []) {
      problems.push(`  ${path.join('.') || 'contexts'}: ${message}`)
    }
    return parsed.data
  }
}

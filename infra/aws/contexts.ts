import * as z from 'zod'
import {
  BucketEnv,
  DefaultsEnv,
  GIT_SECRETS,
  GitRightsEnv,
  GuardEnv,
  LeaseEnv,
  LimitsEnv,
  LogEnv,
  RequestLimitsEnv,
  RunnerEnv,
  ShownSettingsEnv,
  SitesEnv,
  TableEnv,
} from '../../shared/env.ts'
import { EXECUTABLES, SECRETS } from '../../shared/providers/descriptors.ts'

const onOff = (initially: 'on' | 'off') =>
  z
    .enum(['on', 'off'])
    .default(initially)
    .transform((text) => text === 'on')
const positiveInteger = z.coerce.number().int().positive()

/** How to build the stack. Each option is a CDK context (`-c edge=off`, or an entry of `context` in cdk.json); see docs/deploy.md. */
const Shape = z.object({
  namePrefix: z
    .string()
    .regex(/^[a-z][a-z0-9-]{1,39}$/i, 'must be 2 to 40 letters, digits and hyphens, starting with a letter')
    .default('docsfy'),
  edge: onOff('on'),
  edgeKeyVersion: positiveInteger.default(1),
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
    .regex(/^(subnet-[0-9a-f]{8,17})(,subnet-[0-9a-f]{8,17})*$/, 'must be subnet ids separated by commas')
    .transform((text) => text.split(','))
    .optional(),
  assignPublicIp: onOff('off'),
  egressPorts: z
    .string()
    .default('443,80')
    .transform((text) => text.split(',').map(Number))
    .refine((ports) => ports.every((port) => port > 0 && port < 65_536), 'must be port numbers separated by commas'),
  taskCpu: positiveInteger.default(1024),
  taskMemoryMib: positiveInteger.default(4096),
  taskStorageGib: positiveInteger.min(20).max(200).default(20),
  taskArchitecture: z.enum(['arm64', 'x86_64']).default('arm64'),
  spot: onOff('off'),
  cursorCliUrl: z.url().optional(),
  cursorCliSha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  throttleRate: positiveInteger.default(50),
  throttleBurst: positiveInteger.default(100),
  reserveConcurrency: onOff('off'),
  apiGatewayAccountRole: onOff('on'),
  logRetentionDays: positiveInteger.default(30),
  deletionProtection: onOff('on'),
  lockTable: onOff('off'),
  alarmEmail: z.email().optional(),
  permissionsBoundary: z.string().startsWith('arn:', 'must be the ARN of a policy').optional(),
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

/** Runner variables that the stack, the image or ECS sets, so they are not contexts. */
const providedByStack = [
  ...Object.keys({ ...TableEnv.shape, ...BucketEnv.shape, ...LeaseEnv.shape }),
  ...['ECS_CONTAINER_METADATA_URI_V4', 'TMPDIR', 'PATH', 'AI_CLI_UID', 'AI_CLI_GID'],
  // For one machine: the secret has one field for all tokens, and a task has neither an ssh-agent nor files of the operator's.
  ...['GIT_TOKENS', 'GIT_SSH_AGENT', 'GIT_SSL_CAINFO'],
  ...EXECUTABLES,
  ...SECRETS,
  ...GIT_SECRETS,
]
const runnerSettings = Object.fromEntries(
  Object.entries(RunnerEnv.shape).filter(([name]) => !providedByStack.includes(name)),
)

/** Service settings. Each is a context of the same name: `-c MAX_ACTIVE_TASKS=6`. */
const settingSchemas = {
  defaults: DefaultsEnv,
  guard: GuardEnv,
  limits: LimitsEnv,
  requestLimits: RequestLimitsEnv,
  gitRights: GitRightsEnv,
  log: LogEnv,
  runner: z.object(runnerSettings),
  shown: ShownSettingsEnv,
  sites: SitesEnv,
}
type SettingGroup = keyof typeof settingSchemas

/** Only the settings that were given, as text: the processes know the defaults. */
export type Settings = Record<SettingGroup, Record<string, string>>

export interface Contexts {
  choices: Choices
  settings: Settings
}

/**
 * Reads all of our contexts.
 *
 * @throws Error listing all problems at once. An unknown context is one: a typo must not deploy.
 */
export function readContexts(contexts: Record<string, unknown>): Contexts {
  // CDK's own contexts have a colon or a slash in their names.
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
  problems.push(...Object.keys(given).flatMap((name) => (known.has(name) ? [] : [`  ${name}: unknown context`])))
  if (problems.length > 0 || !choices) throw new Error(`Invalid contexts:\n${problems.join('\n')}`)
  return { choices, settings: settings as Settings }

  function parse<Schema extends z.ZodType>(schema: Schema, values: object): z.infer<Schema> | undefined {
    const parsed = schema.safeParse(values)
    for (const { path, message } of parsed.error?.issues ?? []) {
      problems.push(`  ${path.join('.') || 'contexts'}: ${message}`)
    }
    return parsed.data
  }
}

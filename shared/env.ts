import * as z from 'zod'
import { AdminKey } from './chosen-key.ts'
import { ForgeKinds } from './forge.ts'
import { MAX_GENERATION_MINUTES } from './generation.ts'
import { GitToken, GitTokens, secretsOfTokens } from './git-tokens.ts'
import { createMask, type Mask } from './mask.ts'
import { providerVariables, SECRETS } from './providers/descriptors.ts'
import { KnownHosts, SshKey } from './ssh-access.ts'
import { Provider } from './variant.ts'

const listOf = (initially: string) =>
  z
    .string()
    .default(initially)
    .transform((text) =>
      text
        .split(',')
        .map((item) => item.trim())
        .filter(Boolean),
    )
const list = listOf('')
const flag = z.enum(['true', 'false'])
const count = z.coerce.number().int().positive()
/** Larger values are capped at `most`: Node.js timers longer than 24 days fire at once. */
const countUpTo = (most: number) => count.transform((number) => Math.min(number, most))

/** The longest that one call of an AI CLI may take, in minutes. Larger values are capped at this. */
export const MAX_AI_CLI_MINUTES = 1_440

/** The default cost limit of a generation, in US dollars. */
export const DEFAULT_MAX_COST_USD = 25

/** Where a process finds its table, bucket, queue and cluster. Set by the stack on AWS, and by `infra/local` on one machine. */
export const TableEnv = z.object({ TABLE_NAME: z.string().min(3) })
export const BucketEnv = z.object({
  BUCKET_NAME: z.string().min(3),
  /** `true` for S3 servers that do not support `<bucket>.<host>`. */
  S3_PATH_STYLE: flag.default('false').transform((text) => text === 'true'),
})
export const QueueEnv = z.object({ QUEUE_URL: z.url() })
export const TasksEnv = z.object({
  CLUSTER: z.string().min(1),
  /** The family: ECS runs its latest revision. */
  TASK_DEFINITION: z.string().min(1),
  CONTAINER_NAME: z.string().min(1),
  SUBNETS: list,
  SECURITY_GROUPS: list,
  ASSIGN_PUBLIC_IP: flag.default('true'),
})
/** The admin key and the pepper for user keys, either directly or as the ARN of a JSON secret that holds both. */
export const CredentialsEnv = z
  .object({
    ADMIN_KEY: AdminKey.optional(),
    KEY_PEPPER: z.string().min(16, 'must be at least 16 characters long').optional(),
    SECRET_ARN: z.string().min(1).optional(),
  })
  .refine((env) => env.SECRET_ARN || (env.ADMIN_KEY && env.KEY_PEPPER), {
    message: 'set ADMIN_KEY and KEY_PEPPER, or SECRET_ARN',
  })

export const SessionEnv = z.object({
  /** `false` if the service is reached over plain HTTP, where browsers do not send `Secure` cookies. */
  SECURE_COOKIES: flag.default('true').transform((text) => text === 'true'),
})
export const ProxyEnv = z.object({
  /** How many trusted proxies are in front of the gateway, each adding an address to `X-Forwarded-For`. */
  TRUSTED_PROXIES: z.coerce.number().int().nonnegative().default(0),
})

/** Defaults for fields a request leaves out. An unknown AI_PROVIDER is accepted here and answered per request. */
export const DefaultsEnv = z.object({
  AI_PROVIDER: z.string().default('claude'),
  AI_MODEL: z.string().default('claude-opus-4-6[1m]'),
  /** `provider/model` suggestions for clients. */
  AI_MODELS: list,
  /** How long one call of an AI CLI may take, in minutes. */
  AI_CLI_TIMEOUT: countUpTo(MAX_AI_CLI_MINUTES).default(60),
})
export const SitesEnv = z.object({
  /** `true` lets search engines list sites. */
  SITE_INDEXABLE: flag.default('false').transform((text) => text === 'true'),
})
export const DashboardEnv = z.object({
  /** The folder with the built dashboard. */
  DASHBOARD_DIR: z.string().min(1),
})
export const GuardEnv = z.object({
  /** Private git servers that requests may name, as `host` or `host:port`. */
  ALLOWED_PRIVATE_HOSTS: list,
})
/** Credentials for private repositories. */
export const GitAccessEnv = z.object({
  /** `host=token,…` */
  GIT_TOKENS: GitTokens,
  /** For github.com alone, or the same list: the secret on AWS has one field for both. */
  GIT_TOKEN: GitToken,
  GIT_SSH_KEY: SshKey,
  GIT_SSH_KNOWN_HOSTS: KnownHosts,
  /** The socket of an ssh-agent to use instead of a key. */
  GIT_SSH_AGENT: z.string().optional(),
})
/** The fields of the secret that hold credentials for private repositories. */
export const GIT_SECRETS = ['GIT_TOKEN', 'GIT_SSH_KEY'] as const satisfies (keyof typeof GitAccessEnv.shape)[]
export const GitRightsEnv = z.object({
  /** The owners whose generations may use these credentials: `admins`, `all`, or user names. */
  GIT_CREDENTIALS_FOR: listOf('admins'),
})
export const LimitsEnv = z.object({
  MAX_ACTIVE_TASKS: count.default(20),
  MAX_ACTIVE_PER_OWNER: count.default(5),
  /** How long all tasks of a generation may run in total, in minutes. */
  GENERATION_TIMEOUT: countUpTo(MAX_GENERATION_MINUTES).default(360),
})
/** Limits on requests. */
export const RequestLimitsEnv = z.object({
  /** How many generations of one owner may wait at once. */
  MAX_QUEUED_PER_OWNER: count.default(100),
})
export const SweepEnv = z.object({
  /** Seconds between sweeps. AWS always uses a minute. */
  SWEEP_SECONDS: countUpTo(3_600).default(60),
})
export const LogEnv = z.object({ LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info') })

/** What dispatch passes to a task. IDs only: anyone who may describe tasks can read them. */
export const LeaseEnv = z.object({
  VARIANT_KEY: z.string().min(1),
  GENERATION_ID: z.uuid(),
  ATTEMPT: count,
})
/** What starting an AI CLI depends on. */
export const CliEnv = z.object({
  ...GitAccessEnv.shape,
  PATH: z.string().default('/usr/local/bin:/usr/bin:/bin'),
  /** The numeric user ID that the CLIs run as. Requires a runner with permission to change users. */
  AI_CLI_UID: count.optional(),
  AI_CLI_GID: count.optional(),
  ...providerVariables,
})
export type CliEnv = z.infer<typeof CliEnv>

export const RunnerEnv = z.object({
  ...TableEnv.shape,
  ...BucketEnv.shape,
  ...LeaseEnv.shape,
  ...LogEnv.shape,
  ...GuardEnv.shape,
  ...CliEnv.shape,
  /** A file with the certificate authorities that git trusts instead of the system's. */
  GIT_SSL_CAINFO: z.string().optional(),
  ECS_CONTAINER_METADATA_URI_V4: z.url(),
  MAX_CONCURRENT_PAGES: count.default(10),
  /**
   * Cost limit of a generation in US dollars, or `none`. If unset, {@link DEFAULT_MAX_COST_USD} applies, less strictly than a limit
   * set on purpose.
   */
  MAX_COST_USD: z
    .union([z.literal('none'), z.coerce.number().positive()], { error: "must be US dollars, more than 0, or 'none'" })
    .optional(),
  /** Cost limit of a single AI call, in US dollars. */
  MAX_CALL_COST_USD: z.coerce.number().positive().default(5),
  /** Size limit of a clone, in MiB. */
  MAX_CLONE_MIB: count.default(2048),
  /** Memory limit of each git process, in MiB of address space. Only where the system enforces one: not on macOS. */
  MAX_GIT_MIB: count.default(1024),
  /** How long cloning may take, in minutes. */
  CLONE_TIMEOUT: countUpTo(MAX_GENERATION_MINUTES).default(30),
  ...SitesEnv.shape,
  /** Where sites are published, each in a folder named like its project. */
  SITE_BASE_URL: z.url({ protocol: /^https?$/, error: 'must be an http or https address' }).optional(),
  /** What self-hosted git servers run: `host=kind,…`. */
  FORGE_KINDS: ForgeKinds,
  /** The directory for a task's temporary files. */
  TMPDIR: z.string().default('/tmp'),
})
export type RunnerEnv = z.infer<typeof RunnerEnv>

/** The settings that admins can read through the API. */
export const ShownSettingsEnv = z.object({
  ...DefaultsEnv.omit({ AI_MODELS: true }).shape,
  ...RunnerEnv.pick({ MAX_CONCURRENT_PAGES: true }).shape,
})

/** The secrets that must never appear in a log, a message or a page. */
export const secretsOf = (env: CliEnv): string[] => [
  ...SECRETS.flatMap((name) => env[name] ?? []),
  ...secretsOfTokens([...env.GIT_TOKENS, ...env.GIT_TOKEN]),
  ...(env.GIT_SSH_KEY ? [env.GIT_SSH_KEY] : []),
]

/** Masks secrets in the output of programs that may have seen them. */
export const maskFor = (env: CliEnv): Mask => createMask(secretsOf(env))

export interface Credentials {
  accessKeyId: string
  secretAccessKey: string
  sessionToken?: string
}

/** Formats credentials for a single variable. No part can contain a colon. */
export const formatCredentials = ({ accessKeyId, secretAccessKey, sessionToken }: Credentials): string =>
  [accessKeyId, secretAccessKey, ...(sessionToken ? [sessionToken] : [])].join(':')

const credentials = z
  .string()
  .regex(/^[^:]+:[^:]+(:[^:]+)?$/, 'must be <access key id>:<secret access key>')
  .transform((text): Credentials => {
    const [accessKeyId = '', secretAccessKey = '', sessionToken] = text.split(':')
    return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) }
  })

/**
 * Credentials per service, matching `AWS_ENDPOINT_URL_<service>`: on one machine each server has its own. Unset on AWS, where a
 * single role covers all services.
 */
export const ServiceCredentialsEnv = z.object({
  AWS_CREDENTIALS_DYNAMODB: credentials.optional(),
  AWS_CREDENTIALS_SQS: credentials.optional(),
  AWS_CREDENTIALS_S3: credentials.optional(),
  AWS_CREDENTIALS_ECS: credentials.optional(),
})

/** External servers that the local service uses instead of its own, and credentials for them. */
export const EndpointsEnv = z.object({
  AWS_ENDPOINT_URL_DYNAMODB: z.url().optional(),
  AWS_ENDPOINT_URL_SQS: z.url().optional(),
  AWS_ENDPOINT_URL_S3: z.url().optional(),
  AWS_REGION: z.string().default('us-east-1'),
  AWS_ACCESS_KEY_ID: z.string().default('local'),
  AWS_SECRET_ACCESS_KEY: z.string().default('local'),
  AWS_SESSION_TOKEN: z.string().optional(),
})
export type EndpointsEnv = z.infer<typeof EndpointsEnv>

/** Settings of the local service; `.env.example` explains each. */
export const LocalEnv = z.object({
  ...DefaultsEnv.shape,
  ...LimitsEnv.shape,
  ...RequestLimitsEnv.shape,
  ...LogEnv.shape,
  ...SweepEnv.shape,
  ...GitAccessEnv.shape,
  ...GitRightsEnv.shape,
  ...EndpointsEnv.shape,
  ADMIN_KEY: AdminKey.optional(),
  KEY_PEPPER: z.string().min(16, 'must be at least 16 characters long').optional(),
  /** The local gateway uses plain HTTP. */
  SECURE_COOKIES: flag.default('false'),
  TRUSTED_PROXIES: z.coerce.number().int().nonnegative().default(0),
  DATA_DIR: z.string().default('.docsfy'),
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(8000),
  ALLOWED_PRIVATE_HOSTS: z.string().default(''),
})
export type LocalEnv = z.infer<typeof LocalEnv>

/** The providers a request may name, in the order clients show them. */
export const providers = Provider.options

type Variables = Record<string, string | undefined>

/** An empty AI_MODEL is meaningful: there is no default, and requests must name a model. */
const MAY_BE_EMPTY = ['AI_MODEL']

/**
 * Parses the environment. Empty variables count as unset.
 *
 * @throws Error whose message lists every missing or invalid variable, one per line
 */
export function readEnv<Schema extends z.ZodType>(schema: Schema, variables: Variables = process.env): z.infer<Schema> {
  const present = Object.fromEntries(
    Object.entries(variables).filter(
      ([name, value]) => value !== undefined && (value !== '' || MAY_BE_EMPTY.includes(name)),
    ),
  )
  const parsed = schema.safeParse(present)
  if (parsed.success) return parsed.data
  const lines = parsed.error.issues.map(({ path, message }) => `  ${path.join('.') || 'environment'}: ${message}`)
  throw new Error(`Invalid configuration:\n${lines.join('\n')}`)
}

/** This process's environment, to pass to a child process. */
export const inheritedEnv = (): Record<string, string> =>
  Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined))

/** Sets environment variables before the code that reads them is loaded, as a deployment does. */
export const provideEnv = (variables: Record<string, string>): void => {
  Object.assign(process.env, variables)
}

import * as z from 'zod'
import { MAX_GENERATION_MINUTES } from './generation.ts'
import { createMask, type Mask } from './mask.ts'
import { providerVariables, SECRETS } from './providers/descriptors.ts'
import { Provider } from './variant.ts'

const list = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((item) => item.trim())
      .filter(Boolean),
  )
const flag = z.enum(['true', 'false'])
const count = z.coerce.number().int().positive()
/** More counts as `most`: a timer of Node.js that is set for longer than 24 days goes off at once. */
const countUpTo = (most: number) => count.transform((number) => Math.min(number, most))

/** Minutes that one call of an AI CLI may take at most; whoever says more means this. */
export const MAX_AI_CLI_MINUTES = 1_440

/** US dollars that a generation may cost where nobody has set a limit. */
export const DEFAULT_MAX_COST_USD = 25

/** Where a process finds the durable things. On AWS the stack sets these, on one machine `infra/local` does. */
export const TableEnv = z.object({ TABLE_NAME: z.string().min(3) })
export const BucketEnv = z.object({
  BUCKET_NAME: z.string().min(3),
  /** `true` for S3 servers that do not answer at `<bucket>.<host>`. */
  S3_PATH_STYLE: flag.default('false').transform((text) => text === 'true'),
})
export const QueueEnv = z.object({ QUEUE_URL: z.url() })
export const TasksEnv = z.object({
  CLUSTER: z.string().min(1),
  /** Its family: ECS takes the latest revision. */
  TASK_DEFINITION: z.string().min(1),
  CONTAINER_NAME: z.string().min(1),
  SUBNETS: list,
  SECURITY_GROUPS: list,
  ASSIGN_PUBLIC_IP: flag.default('true'),
})
/** The admin's key and the pepper of users' keys: given directly, or as the ARN of the JSON secret that holds both. */
export const CredentialsEnv = z
  .object({
    ADMIN_KEY: z.string().min(16, 'must be at least 16 characters long').optional(),
    KEY_PEPPER: z.string().min(16, 'must be at least 16 characters long').optional(),
    SECRET_ARN: z.string().min(1).optional(),
  })
  .refine((env) => env.SECRET_ARN || (env.ADMIN_KEY && env.KEY_PEPPER), {
    message: 'set ADMIN_KEY and KEY_PEPPER, or SECRET_ARN',
  })

/** How a browser's session travels, and how requests reach the functions. */
export const SessionEnv = z.object({
  /** `false` where the service is reached over plain HTTP: browsers keep back a cookie that is not. */
  SECURE_COOKIES: flag.default('true').transform((text) => text === 'true'),
})
export const ProxyEnv = z.object({
  /** How many proxies of ours stand before the gateway, each of which adds an address to `X-Forwarded-For`. */
  TRUSTED_PROXIES: z.coerce.number().int().nonnegative().default(0),
})

/** What a request may leave out. The provider is any text here: whether it is one is answered per request. */
export const DefaultsEnv = z.object({
  AI_PROVIDER: z.string().default('claude'),
  AI_MODEL: z.string().default('claude-opus-4-6[1m]'),
  /** `provider/model` suggestions for clients. */
  AI_MODELS: list,
  /** Minutes that one call of an AI CLI may take. */
  AI_CLI_TIMEOUT: countUpTo(MAX_AI_CLI_MINUTES).default(60),
})
export const GuardEnv = z.object({
  /** `host` or `host:port` of private git servers that requests may name. */
  ALLOWED_PRIVATE_HOSTS: list,
})
export const LimitsEnv = z.object({
  MAX_ACTIVE_TASKS: count.default(20),
  MAX_ACTIVE_PER_OWNER: count.default(5),
  /** Minutes that all tasks of a generation together may run. */
  GENERATION_TIMEOUT: countUpTo(MAX_GENERATION_MINUTES).default(360),
})
export const SweepEnv = z.object({
  /** Seconds between two sweeps: a minute on AWS. */
  SWEEP_SECONDS: countUpTo(3_600).default(60),
})
export const LogEnv = z.object({ LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info') })

/** What dispatch tells a task: ids only, since ECS shows them to whoever may describe tasks. */
export const LeaseEnv = z.object({
  VARIANT_KEY: z.string().min(1),
  GENERATION_ID: z.uuid(),
  ATTEMPT: count,
})
export const RunnerEnv = z.object({
  ...TableEnv.shape,
  ...BucketEnv.shape,
  ...LeaseEnv.shape,
  ...LogEnv.shape,
  ...GuardEnv.shape,
  ECS_CONTAINER_METADATA_URI_V4: z.url(),
  MAX_CONCURRENT_PAGES: count.default(10),
  /** US dollars that one generation may cost; `none` for no limit. Unset it is {@link DEFAULT_MAX_COST_USD}, and not as strict. */
  MAX_COST_USD: z
    .union([z.literal('none'), z.coerce.number().positive()], { error: "must be US dollars, more than 0, or 'none'" })
    .optional(),
  /** Of these, what one call may take. */
  MAX_CALL_COST_USD: z.coerce.number().positive().default(5),
  /** Size limit of a clone, in MiB. */
  MAX_CLONE_MIB: count.default(2048),
  /** Folder of a task's temporary files. */
  TMPDIR: z.string().default('/tmp'),
  PATH: z.string().default('/usr/local/bin:/usr/bin:/bin'),
  /** The user that the CLIs run as, by number; needs a runner that may set its user. */
  AI_CLI_UID: count.optional(),
  AI_CLI_GID: count.optional(),
  ...providerVariables,
})
export type RunnerEnv = z.infer<typeof RunnerEnv>

/** What admins read of the configuration. */
export const ShownSettingsEnv = z.object({
  ...DefaultsEnv.omit({ AI_MODELS: true }).shape,
  ...RunnerEnv.pick({ MAX_CONCURRENT_PAGES: true }).shape,
})

/** What must not appear in a log, a message or a page. */
export const secretsOf = (env: RunnerEnv): string[] => SECRETS.flatMap((name) => env[name] ?? [])

/** For texts of programs that may have seen them. */
export const maskFor = (env: RunnerEnv): Mask => createMask(secretsOf(env))

export interface Credentials {
  accessKeyId: string
  secretAccessKey: string
  sessionToken?: string
}

/** Credentials as one variable has them: neither AWS's nor ours have a colon in them. */
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
 * Credentials for one service alone, as `AWS_ENDPOINT_URL_<service>` is its address alone: on one machine each server has its
 * own. Not set on AWS, where a role is for all of them.
 */
export const ServiceCredentialsEnv = z.object({
  AWS_CREDENTIALS_DYNAMODB: credentials.optional(),
  AWS_CREDENTIALS_SQS: credentials.optional(),
  AWS_CREDENTIALS_S3: credentials.optional(),
  AWS_CREDENTIALS_ECS: credentials.optional(),
})

/** Servers that the service on one machine uses instead of its own, and how to sign in there. */
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

/** What a developer may set for the service on one machine; `.env.example` explains each. */
export const LocalEnv = z.object({
  ...DefaultsEnv.shape,
  ...LimitsEnv.shape,
  ...LogEnv.shape,
  ...SweepEnv.shape,
  ...EndpointsEnv.shape,
  ADMIN_KEY: z.string().min(16, 'must be at least 16 characters long').optional(),
  KEY_PEPPER: z.string().min(16, 'must be at least 16 characters long').optional(),
  /** This machine's gateway speaks plain HTTP. */
  SECURE_COOKIES: flag.default('false'),
  TRUSTED_PROXIES: z.coerce.number().int().nonnegative().default(0),
  DATA_DIR: z.string().default('.docsfy'),
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(8000),
  ALLOWED_PRIVATE_HOSTS: z.string().default(''),
})
export type LocalEnv = z.infer<typeof LocalEnv>

/** Providers that a request may name, in the order in which clients show them. */
export const providers = Provider.options

type Variables = Record<string, string | undefined>

/** Empty says something here: no model by default, requests have to name one. */
const MAY_BE_EMPTY = ['AI_MODEL']

/**
 * Parses the environment: an empty variable counts as absent, and every problem is listed at once.
 *
 * @throws Error whose message has one line for each variable that is missing or wrong
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
  throw new Error(`The configuration is not right:\n${lines.join('\n')}`)
}

/** The whole environment of this process, to hand on to a child. */
export const inheritedEnv = (): Record<string, string> =>
  Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined))

/** Sets variables of this process, before the code that reads them is loaded: the local machine does what a deployment does. */
export const provideEnv = (variables: Record<string, string>): void => {
  Object.assign(process.env, variables)
}

import * as z from 'zod'

/** An API key: passed to the runner's container as a secret, and masked in every log and message. */
export const secret = z.string().optional()

/** A flag as the CLIs read it: on, unless it is empty, `0`, `false`, `no` or `off`. */
export const onOff = z
  .string()
  .default('')
  .transform((text) => !['', '0', 'false', 'no', 'off'].includes(text.trim().toLowerCase()))

/** Variables that are not secrets. Names that sound like secrets do not compile. */
export interface Settings {
  [name: string]: z.ZodType
  [name: `${string}KEY${string}`]: never
  [name: `${string}TOKEN${string}`]: never
  [name: `${string}SECRET${string}`]: never
  [name: `${string}PASSWORD${string}`]: never
  [name: `${string}CREDENTIALS${string}`]: never
}

/** What all rooms share about a provider's CLI. Only the runner knows how to run it. */
export interface ProviderDescriptor {
  /** The setting that names its executable. */
  executable: string
  settings: Settings
  secrets: Record<string, typeof secret>
  /** The secret that must hold the key, which depends on what else is set. */
  keyName(settings: never): string
  /** How to get it, for people who try docsfy on their machine. */
  get: {
    /** A command that installs the CLI, in the version that docsfy is tested with. */
    cli: string
    /** That version; undefined where the CLI updates itself. */
    version: string | undefined
    /** The page that gives out keys. */
    keys: string
  }
}

/** Defines a descriptor and keeps its variable names in its type. */
export const describeProvider = <
  const ProviderSettings extends Settings,
  const Secrets extends ProviderDescriptor['secrets'],
  const Executable extends keyof ProviderSettings & string,
>(descriptor: {
  executable: Executable
  settings: ProviderSettings
  secrets: Secrets
  keyName(settings: z.infer<z.ZodObject<ProviderSettings>>): keyof Secrets & string
  get: ProviderDescriptor['get']
}) => descriptor

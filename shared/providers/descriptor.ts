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
}) => descriptor

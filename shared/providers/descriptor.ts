import * as z from 'zod'

/** A key: a secret of the runner's container, and masked in every log and message. */
export const secret = z.string().optional()

/** A switch as the CLIs read theirs: on, unless it says otherwise. */
export const onOff = z
  .string()
  .default('')
  .transform((text) => !['', '0', 'false', 'no', 'off'].includes(text.trim().toLowerCase()))

/** Variables that are no secrets. A name that is one by its sound does not compile here. */
export interface Settings {
  [name: string]: z.ZodType
  [name: `${string}KEY${string}`]: never
  [name: `${string}TOKEN${string}`]: never
  [name: `${string}SECRET${string}`]: never
  [name: `${string}PASSWORD${string}`]: never
  [name: `${string}CREDENTIALS${string}`]: never
}

/** What the whole service has to know of a provider's CLI. How it is run is the runner's to know. */
export interface ProviderDescriptor {
  /** The setting that names its executable; it defaults to a name in PATH. */
  executable: string
  settings: Settings
  secrets: Record<string, typeof secret>
}

/** A descriptor with its own names as its type. */
export const describeProvider = <
  const ProviderSettings extends Settings,
  const Secrets extends ProviderDescriptor['secrets'],
  const Executable extends keyof ProviderSettings & string,
>(descriptor: {
  executable: Executable
  settings: ProviderSettings
  secrets: Secrets
}) => descriptor

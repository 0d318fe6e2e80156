import type * as z from 'zod'
import type { Provider } from '../variant.ts'
import { claude } from './claude.ts'
import { cursor } from './cursor.ts'
import type { ProviderDescriptor } from './descriptor.ts'
import { gemini } from './gemini.ts'

/** Every provider that a request may name. */
export const descriptors = { claude, gemini, cursor } satisfies Record<Provider, ProviderDescriptor>

type Descriptors = typeof descriptors
type VariablesOf<P extends Provider> = Descriptors[P]['settings'] & Descriptors[P]['secrets']

/** The variables that one provider's adapter gets: its own and no others. */
export type ProviderEnv<P extends Provider> =
  VariablesOf<P> extends infer Shape extends z.ZodRawShape ? z.infer<z.ZodObject<Shape>> : never

type AllOf<Union> = (Union extends unknown ? (member: Union) => void : never) extends (all: infer All) => void
  ? All
  : never

const all = Object.values(descriptors)

/** The variables of all providers, for the runner's environment. */
export const providerVariables: AllOf<{ [P in Provider]: VariablesOf<P> }[Provider]> = Object.assign(
  {},
  ...all.flatMap(({ settings, secrets }) => [settings, secrets]),
)

/** The names of the variables that are secrets. */
export const SECRETS: readonly SecretName[] = [...new Set(all.flatMap(({ secrets }) => namesOf<SecretName>(secrets)))]
export type SecretName = { [P in Provider]: keyof Descriptors[P]['secrets'] }[Provider]

/** The names of the variables that locate a CLI. */
export const EXECUTABLES: readonly string[] = all.map(({ executable }) => executable)

function namesOf<Name extends string>(variables: Partial<Record<Name, unknown>>): Name[] {
  return Object.keys(variables) as Name[]
}

import type { Provider } from '../../../shared/variant.ts'
import { claude } from './claude.ts'
import { cursor } from './cursor.ts'
import { gemini } from './gemini.ts'
import type { ProviderAdapter } from './provider.ts'

/** How each provider's CLI is run. */
export const adapters: { [P in Provider]: ProviderAdapter<P> } = { claude, gemini, cursor }

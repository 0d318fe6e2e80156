import { secret } from './descriptor.ts'

/** The secret that holds the key for every provider available through Google Vertex AI. */
export const GOOGLE_KEY = 'GOOGLE_CREDENTIALS_JSON'

/** Secrets of every provider available through Google Vertex AI. */
export const googleSecrets = { [GOOGLE_KEY]: secret }

import { secret } from './descriptor.ts'

/** Secrets of every provider available through Google Vertex AI. */
export const googleSecrets = { GOOGLE_CREDENTIALS_JSON: secret }

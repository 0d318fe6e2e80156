import { secret } from './descriptor.ts'

/** For every provider that can be reached through Google Vertex AI. */
export const googleSecrets = { GOOGLE_CREDENTIALS_JSON: secret }

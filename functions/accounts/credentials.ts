import { type Credentials, readCredentials } from '../../shared/aws/secrets.ts'
import { CredentialsEnv, readEnv } from '../../shared/env.ts'
import { refreshed } from '../lazily.ts'

/** So long an admin's key that was replaced still opens a Lambda that has known it. */
const KEPT_MS = 5 * 60_000

/** The admin's key and the pepper of users' keys. */
export const credentials: () => Promise<Credentials> = refreshed(
  () => readCredentials(readEnv(CredentialsEnv)),
  KEPT_MS,
)

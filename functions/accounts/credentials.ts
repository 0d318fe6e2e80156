import { type Credentials, readCredentials } from '../../shared/aws/secrets.ts'
import { CredentialsEnv, readEnv } from '../../shared/env.ts'
import { cachedWithTtl } from './cached-with-ttl.ts'

/** How long a Lambda that has read the admin key keeps accepting it after it was replaced. */
const TTL_MS = 5 * 60_000

/** The admin key, and the pepper for the hashes of users' keys. */
export const credentials: () => Promise<Credentials> = cachedWithTtl(
  async () => await readCredentials(readEnv(CredentialsEnv)),
  TTL_MS,
)

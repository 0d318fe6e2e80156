import { type Credentials, readCredentials } from '../../shared/aws/secrets.ts'
import { CredentialsEnv, readEnv } from '../../shared/env.ts'
import { cachedWithTtl } from './cached-with-ttl.ts'

/** How long a warm Lambda keeps accepting the old admin key after it was replaced. */
const TTL_MS = 5 * 60_000

/** The admin key, and the pepper for hashing users' keys. */
export const credentials: () => Promise<Credentials> = cachedWithTtl(
  async () => await readCredentials(readEnv(CredentialsEnv)),
  TTL_MS,
)

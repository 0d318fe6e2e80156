import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import * as z from 'zod'
import { AdminKey } from '../chosen-key.ts'
import { requestHandler } from './clients.ts'
import { withDeadlines } from './deadline.ts'

const Secret = z.object({ ADMIN_KEY: AdminKey, KEY_PEPPER: z.string().min(16) })

export interface Credentials {
  adminKey: string
  keyPepper: string
}

/** The admin key and the pepper: from the environment, or else from the JSON secret at SECRET_ARN. */
export async function readCredentials(env: {
  ADMIN_KEY?: string | undefined
  KEY_PEPPER?: string | undefined
  SECRET_ARN?: string | undefined
}): Promise<Credentials> {
  if (env.ADMIN_KEY && env.KEY_PEPPER) return { adminKey: env.ADMIN_KEY, keyPepper: env.KEY_PEPPER }
  const { SecretString } = await withDeadlines(new SecretsManagerClient({ requestHandler })).send(
    new GetSecretValueCommand({ SecretId: env.SECRET_ARN }),
  )
  const secret = Secret.parse(JSON.parse(SecretString ?? '{}'))
  return { adminKey: secret.ADMIN_KEY, keyPepper: secret.KEY_PEPPER }
}

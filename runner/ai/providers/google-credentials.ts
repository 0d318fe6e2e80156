import { join } from 'node:path'
import type { ProviderEnv } from '../../../shared/providers/descriptors.ts'

const FILE = 'google-credentials.json'

/** Google Vertex AI reads its credentials from a file. It is written into each call's HOME and deleted with it. */
export const googleCredentials = {
  file: (env: Pick<ProviderEnv<'claude' | 'gemini'>, 'GOOGLE_CREDENTIALS_JSON'>): Record<string, string> =>
    env.GOOGLE_CREDENTIALS_JSON ? { [FILE]: env.GOOGLE_CREDENTIALS_JSON } : {},
  environment: (home: string): Record<string, string> => ({ GOOGLE_APPLICATION_CREDENTIALS: join(home, FILE) }),
} as const

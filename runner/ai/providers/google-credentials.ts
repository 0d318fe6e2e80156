import { join } from 'node:path'
import type { ProviderEnv } from '../../../shared/providers/descriptors.ts'

const FILE = 'google-credentials.json'

/** Google Vertex AI takes its credentials from a file: it is written into the HOME of each call, and goes with it. */
export const googleCredentials = {
  keyName: 'GOOGLE_CREDENTIALS_JSON',
  file: (env: Pick<ProviderEnv<'claude' | 'gemini'>, 'GOOGLE_CREDENTIALS_JSON'>): Record<string, string> =>
    env.GOOGLE_CREDENTIALS_JSON ? { [FILE]: env.GOOGLE_CREDENTIALS_JSON } : {},
  environment: (home: string): Record<string, string> => ({ GOOGLE_APPLICATION_CREDENTIALS: join(home, FILE) }),
} as const

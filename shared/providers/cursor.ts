import * as z from 'zod'
import { describeProvider, secret } from './descriptor.ts'

export const cursor = describeProvider({
  executable: 'AI_CLI_CURSOR',
  settings: { AI_CLI_CURSOR: z.string().default('cursor-agent') },
  secrets: { CURSOR_API_KEY: secret },
  keyName: () => 'CURSOR_API_KEY',
  get: {
    cli: 'curl https://cursor.com/install -fsS | bash',
    version: undefined,
    keys: 'https://cursor.com/dashboard',
  },
})

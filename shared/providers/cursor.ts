import * as z from 'zod'
import { describeProvider, secret } from './descriptor.ts'

export const cursor = describeProvider({
  executable: 'AI_CLI_CURSOR',
  settings: { AI_CLI_CURSOR: z.string().default('cursor-agent') },
  secrets: { CURSOR_API_KEY: secret },
})

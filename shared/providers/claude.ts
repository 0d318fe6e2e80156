import * as z from 'zod'
import { describeProvider, onOff, secret } from './descriptor.ts'
import { googleSecrets } from './google.ts'

export const claude = describeProvider({
  executable: 'AI_CLI_CLAUDE',
  settings: {
    AI_CLI_CLAUDE: z.string().default('claude'),
    ANTHROPIC_BASE_URL: z.url().optional(),
    /** Amazon Bedrock, with its own API key: the task's role is never used. */
    CLAUDE_CODE_USE_BEDROCK: onOff,
    BEDROCK_REGION: z.string().optional(),
    ANTHROPIC_BEDROCK_BASE_URL: z.url().optional(),
    /** Google Vertex AI, with a service account key in JSON. */
    CLAUDE_CODE_USE_VERTEX: onOff,
    ANTHROPIC_VERTEX_PROJECT_ID: z.string().optional(),
    CLOUD_ML_REGION: z.string().optional(),
  },
  secrets: { ANTHROPIC_API_KEY: secret, AWS_BEARER_TOKEN_BEDROCK: secret, ...googleSecrets },
})

import * as z from 'zod'
import { describeProvider, onOff, secret } from './descriptor.ts'
import { GOOGLE_KEY, googleSecrets } from './google.ts'

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
  keyName({ CLAUDE_CODE_USE_BEDROCK, CLAUDE_CODE_USE_VERTEX }) {
    if (CLAUDE_CODE_USE_BEDROCK) return 'AWS_BEARER_TOKEN_BEDROCK'
    return CLAUDE_CODE_USE_VERTEX ? GOOGLE_KEY : 'ANTHROPIC_API_KEY'
  },
  get: {
    cli: 'npm install -g @anthropic-ai/claude-code@2.1.330',
    version: '2.1.330',
    keys: 'https://console.anthropic.com/settings/keys',
  },
})

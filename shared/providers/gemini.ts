import * as z from 'zod'
import { describeProvider, onOff, secret } from './descriptor.ts'
import { GOOGLE_KEY, googleSecrets } from './google.ts'

export const gemini = describeProvider({
  executable: 'AI_CLI_GEMINI',
  settings: {
    AI_CLI_GEMINI: z.string().default('gemini'),
    GOOGLE_GEMINI_BASE_URL: z.url().optional(),
    /** Google Vertex AI, with a service account key in JSON. */
    GOOGLE_GENAI_USE_VERTEXAI: onOff,
    GOOGLE_CLOUD_PROJECT: z.string().optional(),
    GOOGLE_CLOUD_LOCATION: z.string().optional(),
  },
  secrets: { GEMINI_API_KEY: secret, ...googleSecrets },
  keyName: ({ GOOGLE_GENAI_USE_VERTEXAI }) => (GOOGLE_GENAI_USE_VERTEXAI ? GOOGLE_KEY : 'GEMINI_API_KEY'),
  get: {
    cli: 'npm install -g @google/gemini-cli@0.61.0',
    version: '0.61.0',
    keys: 'https://aistudio.google.com/apikey',
  },
})

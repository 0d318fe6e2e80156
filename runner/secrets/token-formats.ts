import { parseJson } from '../../shared/parse-json.ts'

/** A kind of secret that can be recognised by its form alone. */
interface TokenFormat {
  kind: string
  /** Matches the secret and nothing around it. Its first group is the part that differs between two of them. Takes linear time. */
  pattern: RegExp
  /** Tells it from what only looks like it; by default, from a few words. */
  isReal?(token: string, body: string): boolean
}

/** Forms that the kept rules don't know, or know only in one version. They begin at a word, so no text has many beginnings. */
export const tokenFormats: readonly TokenFormat[] = [
  {
    kind: 'AWS access key',
    pattern: /(?<![A-Za-z0-9])(?:AKIA|ASIA)([A-Z0-9]{16})(?![A-Za-z0-9])/g,
    isReal: () => true,
  },
  { kind: 'GitHub token', pattern: /(?<![A-Za-z0-9])(?:gh[pousr]|github_pat)_(\w{30,255})/g },
  { kind: 'GitLab token', pattern: /(?<![A-Za-z0-9])gl(?:pat|oas|dt|rt|cbt|ptt|ft|soat|imt|agent)-([\w-]{20,255})/g },
  { kind: 'Slack token', pattern: /(?<![A-Za-z0-9])(?:xox[a-z]|xapp)-([\w-]{20,255})/g },
  { kind: 'Stripe key', pattern: /(?<![A-Za-z0-9])(?:[sr]k_(?:live|test)|whsec)_([A-Za-z0-9+/]{16,255})/g },
  { kind: 'Google API key', pattern: /(?<![A-Za-z0-9])AIza([\w-]{35})(?![\w-])/g },
  { kind: 'Google OAuth secret', pattern: /(?<![A-Za-z0-9])(?:GOCSPX-|ya29\.)([\w-]{20,512})/g },
  { kind: 'Anthropic API key', pattern: /(?<![A-Za-z0-9])sk-ant-([\w-]{24,255})/g },
  { kind: 'OpenAI API key', pattern: /(?<![A-Za-z0-9])sk-(?:proj|svcacct|admin)-([\w-]{24,255})/g },
  { kind: 'OpenAI API key', pattern: /(?<![A-Za-z0-9])sk-([A-Za-z0-9]{32,255})/g },
  { kind: 'npm token', pattern: /(?<![A-Za-z0-9])npm_([A-Za-z0-9]{30,255})/g },
  { kind: 'PyPI token', pattern: /(?<![A-Za-z0-9])pypi-AgEI([\w-]{40,512})/g },
  { kind: 'SendGrid key', pattern: /(?<![A-Za-z0-9])SG\.([\w-]{16,64}\.[\w-]{16,128})/g },
  { kind: 'Hugging Face token', pattern: /(?<![A-Za-z0-9])hf_([A-Za-z0-9]{30,255})/g },
  { kind: 'DigitalOcean token', pattern: /(?<![A-Za-z0-9])do[opr]_v1_([a-f0-9]{64})/g },
  { kind: 'Telegram bot token', pattern: /(?<![\w:])\d{8,10}:(AA[\w-]{33})(?![\w-])/g },
  { kind: 'Azure client secret', pattern: /(?<![\w~.-])\w{3}\dQ~([\w~.-]{31,34})(?![\w~.-])/g },
  { kind: 'Azure account key', pattern: /(?<=Account(?:Key|_key)=|SharedAccessKey=)([A-Za-z0-9+/]{40,90}={0,2})/gi },
  { kind: 'Atlassian token', pattern: /(?<![A-Za-z0-9])ATATT3([\w=-]{60,512})/g },
  { kind: 'JSON Web Token', pattern: /(?<![\w-])eyJ[\w-]{8,}\.(eyJ[\w-]{8,})\.[\w-]{16,}/g, isReal: isRealJwt },
]

/** jwt.io's token and its copies are in every documentation. */
function isRealJwt(token: string): boolean {
  const [header, claims] = token.split('.', 2).map((part) => parseJson(Buffer.from(part, 'base64url').toString()))
  return isObject(header) && 'alg' in header && isObject(claims) && claims.sub !== '1234567890'
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

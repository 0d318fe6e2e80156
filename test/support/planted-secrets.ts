import { Seeded } from './seeded.ts'

/** A secret as it stands in a file, and the parts of it that nobody may see. */
export interface Planted {
  kind: string
  /** Lines of a file. */
  text: string
  /** What must not be published: the secret, or its lines. */
  hidden: string[]
}

const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const DIGITS = '0123456789'
const LETTERS = UPPER + UPPER.toLowerCase()
const HEX = `${DIGITS}abcdef`

/** Invented secrets of every kind, the same for the same seed. Made here, so that no file of the repository looks as if it held any. */
export function plantSecrets(seed = 1): Planted[] {
  const random = new Seeded(seed)
  const some = (length: number, characters = LETTERS + DIGITS) =>
    Array.from({ length }, () => random.pick([...characters])).join('')
  const base64 = (length: number) => some(length, `${LETTERS + DIGITS}+/`)
  const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const key = (kind: string) => {
    const [begin, end] = ['BEGIN', 'END'].map((word) => `-----${word} ${kind}PRIVATE KEY-----`)
    const lines = [`MII${base64(61)}`, ...Array.from({ length: 24 }, () => base64(64)), `${base64(38)}==`]
    return { lines, text: [begin, ...lines, end].join('\n') }
  }
  const token = (kind: string, value: string, text = (it: string) => `token = ${it}`): Planted => ({
    ...{ kind, text: text(value) },
    hidden: [value],
  })
  const [rsa, openssh] = [key('RSA '), key('OPENSSH ')]
  return [
    token('AWS access key', `AKIA${some(16, `${UPPER}234567`)}`),
    token('AWS secret key', base64(40), (it) => `aws_secret_access_key = ${it}`),
    token('GitHub token', `ghp_${some(36)}`),
    token('GitHub fine-grained token', `github_pat_${some(22)}_${some(59)}`),
    token('GitLab token', `glpat-${some(20)}`),
    token('Slack token', `xoxb-${some(12, DIGITS)}-${some(12, DIGITS)}-${some(24)}`),
    token(
      'Slack webhook',
      `https://hooks.slack.com/services/T${some(8, UPPER + DIGITS)}/B${some(8, UPPER)}/${some(24)}`,
    ),
    token('Stripe key', `sk_live_${some(24)}`),
    { kind: 'private key', text: rsa.text, hidden: rsa.lines },
    { kind: 'indented private key', text: openssh.text.replaceAll(/^/gm, '      '), hidden: openssh.lines },
    token(
      'JSON Web Token',
      `${encoded({ alg: 'HS256', typ: 'JWT' })}.${encoded({ sub: some(12), n: 'Ann' })}.${some(43)}`,
    ),
    token('Google key', `AIza${some(35)}`),
    token('Google OAuth secret', `GOCSPX-${some(28)}`),
    token('Anthropic key', `sk-ant-api03-${some(93)}AA`),
    token('OpenAI key', `sk-proj-${some(74)}T3BlbkFJ${some(74)}`),
    token('old OpenAI key', `sk-${some(20)}T3BlbkFJ${some(20)}`),
    token('npm token', `npm_${some(36)}`),
    token('npm setting', some(36, HEX), (it) => `//registry.npmjs.org/:_authToken=${it}`),
    token('SendGrid key', `SG.${some(22)}.${some(43)}`),
    token('Azure account key', `${base64(86)}==`, (it) => `AccountName=acme;AccountKey=${it};EndpointSuffix=core`),
    token('Hugging Face token', `hf_${some(34)}`),
    token('session secret', some(32), (it) => `SESSION_SECRET=${it}`),
    token('hex secret', some(64, HEX), (it) => `export ENCRYPTION_KEY="${it}"`),
    token('quoted secret', some(24), (it) => `  clientSecret: '${it}',`),
    token('YAML secret', some(40), (it) => `  - api_token: ${it}`),
    token('database password', some(20), (it) => `DATABASE_URL=postgres://app:${it}@db.acme.io:5432/app`),
    token('bearer token', some(40), (it) => `curl -H 'Authorization: Bearer ${it}' https://api.acme.io`),
  ]
}

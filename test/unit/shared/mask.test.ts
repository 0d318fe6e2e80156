import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { keepTail } from '../../../runner/process/limits.ts'
import { createLog } from '../../../shared/log.ts'
import { createMask } from '../../../shared/mask.ts'
import { partsShown } from '../../support/parts-of-secret.ts'

/** Long enough to be masked, and without `*`, the mask's own character. */
const secret = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: fc.stringMatching(/^[a-zA-Z0-9_/+=-]{1,12}$/) },
      fc.constantFrom('"', '\n', '\r\n', '\\', '\\n', '\t', ' ', '%', '&', "'", 'ü', '鍵', '🔑', '\u0001'),
    ),
    { minLength: 4, maxLength: 40 },
  )
  .map((parts) => parts.join('').trim())
  .filter((text) => text.length >= 8)
const text = fc.oneof(fc.string({ maxLength: 200 }), fc.lorem({ maxCount: 20 })).filter((some) => !some.includes('*'))

const shows = (text: string, hidden: string): boolean => partsShown(text, hidden).length > 0
const escaped = (some: string) => JSON.stringify(some).slice(1, -1)

describe('no eight characters of a secret remain', () => {
  const forms = fc.constantFrom<(some: string) => string>(String, escaped, encodeURIComponent, (some) =>
    new URLSearchParams({ '': some }).toString().slice(1),
  )
  test('in any text with any secret anywhere, in any encoding that programs use', () => {
    const property = (secrets: string[], texts: string[], form: (some: string) => string) => {
      fc.pre(!texts.some((some) => secrets.some((hidden) => shows(some, hidden))))
      const output = texts.flatMap((some, index) => [some, form(secrets[index % secrets.length] ?? '')]).join('')
      const masked = createMask(secrets)(output)
      for (const hidden of secrets) expect(shows(masked, hidden) || shows(masked, form(hidden))).toBe(false)
    }
    const several = fc.array(secret, { minLength: 1, maxLength: 5 })
    fc.assert(fc.property(several, fc.array(text, { minLength: 1, maxLength: 5 }), forms, property), { numRuns: 1_000 })
  })

  test('in text that was truncated at any byte before masking, and is truncated and logged afterwards', () => {
    const limits = fc.record({
      before: fc.nat(300),
      after: fc.integer({ min: 1, max: 300 }),
      chunk: fc.integer({ min: 1, max: 64 }),
    })
    const property = (
      hidden: string,
      [start, end]: [string, string],
      limit: { before: number; after: number; chunk: number },
    ) => {
      fc.pre(!shows(start, hidden) && !shows(end, hidden))
      const output = Buffer.from(start + hidden + end + hidden)
      const tail = keepTail(Math.max(limit.before, 1))
      for (let at = 0; at < output.length; at += limit.chunk) tail.push(output.subarray(at, at + limit.chunk))
      const cut = createMask([hidden])(tail.text().trim()).slice(-limit.after)
      const lines: string[] = []
      const log = createLog({ level: 'info', secrets: [hidden], write: (line) => lines.push(line) })
      log.info(cut, { [hidden]: hidden, error: new Error(start, { cause: [hidden, new Error(output.toString())] }) })
      const shown = [cut, ...lines.flatMap((line) => textsIn(JSON.parse(line)))]
      for (const some of shown) expect(shows(some, hidden)).toBe(false)
    }
    fc.assert(fc.property(secret, fc.tuple(text, text), limits, property), { numRuns: 1_000 })
  })
})

/** Every string and property name in a value. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) => [name, ...textsIn(inner)])
}

test('text without any part of a secret stays unchanged', () => {
  fc.assert(
    fc.property(fc.array(secret, { maxLength: 5 }), text, (secrets, some) => {
      fc.pre(
        !secrets.some(
          (hidden) => shows(some, hidden) || [escaped, encodeURI].some((form) => shows(some, form(hidden))),
        ),
      )
      expect(createMask(secrets)(some)).toBe(some)
    }),
    { numRuns: 1_000 },
  )
})

test.each([
  ['alone', 'key: sk-ant-0123456789', 'key: ***'],
  ['twice', 'sk-ant-0123456789sk-ant-0123456789', '***'],
  ['its start at the end', 'key: sk-ant-0', 'key: ***'],
  ['its end at the start', '23456789 was refused', '*** was refused'],
  ['only its middle', 'nt-012345', '***'],
  ['less than eight characters of it', 'key: sk-ant-', 'key: sk-ant-'],
  ['its start in the middle', 'keys begin with sk-ant-0, all of them', 'keys begin with sk-ant-0, all of them'],
])('masks a secret in text: %s', (_name, output, masked) => {
  expect(createMask(['sk-ant-0123456789'])(output)).toBe(masked)
})

test('masks overlapping secrets as one', () => {
  const mask = createMask(['ABCDEFGH', 'EFGHIJKLMNOP', 'ababababababab'])
  expect(mask('-ABCDEFGHIJKLMNOP-')).toBe('-***-')
  expect(mask(`-${'ab'.repeat(13)}-`)).toBe('-***-')
})

describe('a secret that is JSON', () => {
  const line = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC'
  const json = {
    type: 'service_account',
    project_id: 'documentation',
    location: 'us-east5',
    private_key_id: '0123456789abcdef',
    private_key: `-----BEGIN PRIVATE KEY-----\n${line}\nBKcwggSjAgEAAoIBAQ==\nshort=\n-----END PRIVATE KEY-----\n`,
    token_uri: 'https://oauth2.googleapis.com/token',
    nested: { credentials: [{ value: 'a-value-in-credentials' }] },
  }
  const mask = createMask([JSON.stringify(json, null, 2)])

  test.each([JSON.stringify(json), JSON.stringify(json, null, 2), JSON.stringify(JSON.stringify(json))])(
    'is masked in any layout, and so are the secrets in it',
    (output) => {
      for (const some of [output, json.private_key, line, json.private_key_id, 'a-value-in-credentials']) {
        const masked = mask(`It said: ${some}, and ended.`)
        expect(masked).toContain('***')
        expect(shows(masked, line) || shows(masked, json.private_key_id)).toBe(false)
      }
    },
  )

  test.each([
    'service_account',
    'documentation',
    'us-east5',
    json.token_uri,
    '-----BEGIN PRIVATE KEY-----',
    '  "type": "x",',
  ])('leaves %s in other text', (output) =>
    expect(mask(`It said: ${output}, and ended.`)).toBe(`It said: ${output}, and ended.`),
  )
})

test('a log line stays valid JSON, with its other fields unchanged', () => {
  const lines: string[] = []
  const hidden = 'quoted"and\nbroken\\key'
  const log = createLog({ level: 'info', secrets: [hidden, '"level":"error"'], write: (line) => lines.push(line) })
  const cause = Object.assign(new Error(`key ${hidden}`), { code: 'EKEY', sent: { [hidden]: [hidden, 7, null, true] } })
  log.error(`failed with ${hidden}`, {
    error: new Error('no', { cause }),
    output: JSON.stringify({ hidden }),
    at: new Date(0),
  })
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    level: 'error',
    message: 'failed with ***',
    output: '{"hidden":"***"}',
    at: '1970-01-01T00:00:00.000Z',
    error: {
      name: 'Error',
      message: 'no',
      cause: { message: 'key ***', code: 'EKEY', sent: { '***': ['***', 7, null, true] } },
    },
  })
})

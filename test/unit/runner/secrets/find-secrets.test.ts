import { describe, expect, test } from 'vitest'
import { findSecrets } from '../../../../runner/secrets/find-secrets.ts'
import { openKnownSecrets } from '../../../../runner/secrets/known-secrets.ts'
import { plantSecrets } from '../../../support/planted-secrets.ts'
import { lookAlikes } from '../../../support/secret-look-alikes.ts'

/** No eight characters of a secret in a row. */
const isHidden = (text: string, secret: string): boolean =>
  Array.from({ length: secret.length - 7 }, (_, at) => secret.slice(at, at + 8)).every((part) => !text.includes(part))

const seeds = Array.from({ length: 3 }, (_, seed) => seed)
const kinds = plantSecrets().map(({ kind }) => kind)

describe('a secret is masked, whatever it is and wherever it stands', () => {
  const forms: Record<string, (text: string) => string> = {
    'in a file': (text) => text,
    'in a sentence': (text) => `Set it in the file, as in "${text}", and restart.`,
    'in a fence in a list': (text) => `1. Then:\n\n   ~~~sh\n${text.replaceAll(/^/gm, '   ')}\n   ~~~\n`,
    'in a quote': (text) => text.replaceAll(/^/gm, '> '),
    'in JSON': (text) => JSON.stringify({ text }),
    'in Windows lines': (text) => text.replaceAll('\n', '\r\n'),
    'at the end of a text': (text) => `see ${text}`,
  }
  test.each(kinds)('%s', async (kind) => {
    for (const seed of seeds) {
      const planted = plantSecrets(seed).find((one) => one.kind === kind)
      for (const [form, write] of Object.entries(forms)) {
        const text = write(planted?.text ?? '')
        const masked = await openKnownSecrets().mask(text)
        const shown = planted?.hidden.filter((secret) => !isHidden(masked.text, secret))
        expect({ kind, seed, form, shown }).toEqual({ kind, seed, form, shown: [] })
        expect(masked.secrets).toHaveLength(1)
      }
    }
  })
})

test('at least 50 look-alikes stay as they are, alone and all together', async () => {
  expect(lookAlikes.length).toBeGreaterThanOrEqual(50)
  const masked = await Promise.all(lookAlikes.map(async (text) => (await openKnownSecrets().mask(text)).text))
  expect(masked).toEqual(lookAlikes)
  expect(await findSecrets(lookAlikes.join('\n'))).toEqual([])
})

test('comments that switch linters off leave nothing unmasked', async () => {
  const [{ text = '', hidden = [] } = {}] = plantSecrets()
  const masked = await openKnownSecrets().mask(`<!-- secretlint-disable -->\n# secretlint-disable-next-line\n${text}`)
  expect(hidden.filter((secret) => !isHidden(masked.text, secret))).toEqual([])
})

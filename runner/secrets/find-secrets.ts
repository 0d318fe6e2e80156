import { rules } from '@secretlint/secretlint-rule-preset-recommend'
import type { Range } from '../../shared/mask.ts'
import { findAssignedSecrets, findHeaderSecrets } from './assignments.ts'
import { findPrivateKeys } from './private-keys.ts'
import { isPlaceholder, looksRandom } from './randomness.ts'
import { tokenFormats } from './token-formats.ts'
import { findUrlPasswords } from './url-passwords.ts'

/** A secret in a text. */
export interface FoundSecret {
  /** For people: `AWS access key`. */
  kind: string
  /** Its place, or that of each of its lines. */
  ranges: Range[]
  /** Random enough to be recognised by itself, wherever else it appears. */
  isDistinct: boolean
}

/**
 * Finds keys, tokens and passwords by their form: with secretlint's recommended rules, and with our own for what those lack. Examples
 * (`AKIAIOSFODNN7EXAMPLE`, `sk-ant-…`, `<your-key>`), hashes, UUIDs and commit IDs are none. Takes time linear in the text's length.
 */
export async function findSecrets(text: string): Promise<FoundSecret[]> {
  const one = (kind: string, isDistinct: boolean) => (range: Range) => ({ kind, isDistinct, ranges: [range] })
  const distinct = (kind: string) => (range: Range) => one(kind, looksRandom(text.slice(...range)))(range)
  const found = [
    ...findPrivateKeys(text).map((ranges) => ({ kind: 'private key', isDistinct: true, ranges })),
    ...tokenFormats.flatMap(({ kind, pattern, isReal = isNoWords }) =>
      [...text.matchAll(pattern)]
        .filter(([token, body = token]) => !isPlaceholder(body) && isReal(token, body))
        .map(({ 0: token, index }) => one(kind, true)([index, index + token.length])),
    ),
    ...(await findByKeptRules(text)).map(({ kind, range }) => one(kind, true)(range)),
    ...findUrlPasswords(text).map(distinct('password in a URL')),
    ...findHeaderSecrets(text).map(distinct('credential')),
    ...findAssignedSecrets(text).map(distinct('secret value')),
  ]
  return withoutCovered(found)
}

const isNoWords = (_token: string, body: string): boolean => !WORDS.test(body)

/** Nothing but lower-case words and numbers. */
const WORDS = /^[a-z]+(?:[-_][a-z]+\d*)*$/

/** Of two findings at one place, the first knows best what it is. */
function withoutCovered(found: readonly FoundSecret[]): FoundSecret[] {
  let end = 0
  return found
    .toSorted((one, other) => startOf(one) - startOf(other))
    .filter(({ ranges }) => {
      const last = ranges.at(-1)?.[1] ?? 0
      const isNew = last > end
      end = Math.max(end, last)
      return isNew
    })
}

const startOf = ({ ranges }: FoundSecret): number => ranges[0]?.[0] ?? 0

/**
 * Not used: rules for private keys and URLs, which report more than the secret, and the comments that switch rules off, which would
 * leave it to the repository.
 */
const UNUSED = ['privatekey', 'basicauth', 'database-connection-string', 'filter-comments', 'gcp']
const usedRules = rules.filter(
  ({ meta: { id } }) => !UNUSED.some((name) => id === `@secretlint/secretlint-rule-${name}`),
)

type Rule = (typeof rules)[number]
type Context = Parameters<Rule['create']>[0]
type Source = Parameters<NonNullable<ReturnType<Rule['create']>['file']>>[0]

const SHORTEST_TOKEN = 20

/** Runs the rules themselves: secretlint's core keeps a measurement of every run for as long as the process lives. */
async function findByKeptRules(content: string): Promise<{ kind: string; range: Range }[]> {
  const found: { kind: string; range: Range }[] = []
  const source = sourceOf(content)
  for (const rule of usedRules) {
    const kind = `${rule.meta.id.replace('@secretlint/secretlint-rule-', '')} key or token`
    const context: Context = {
      sharedOptions: {},
      createTranslator: () => (messageId) => ({ message: '', messageId: String(messageId), data: undefined }),
      report({ range: [from, to] }) {
        // A rule for one setting of npm takes the whole rest of the line.
        const token = /^[^\s"'`<>]+/.exec(content.slice(from, to))?.[0] ?? ''
        if (token.length < SHORTEST_TOKEN || WORDS.test(token) || isPlaceholder(token)) return
        found.push({ kind, range: [from, from + token.length] })
      },
      ignore() {},
    }
    await rule.create(context, {}).file?.(source)
  }
  return found
}

/** The rules read nothing else of it. */
const sourceOf = (content: string): Source => ({
  ...{ content, ext: '', contentType: 'text', hasBOM: false, filePath: undefined, physicalFilePath: undefined },
  getFilePath: () => undefined,
  getPhysicalFilePath: () => undefined,
  locationToRange: () => unused(),
  rangeToLocation: () => unused(),
  positionToIndex: () => unused(),
  indexToPosition: () => unused(),
})

function unused(): never {
  throw new Error('No rule of secretlint needs a position')
}

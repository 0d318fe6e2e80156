import type { Range } from '../../shared/mask.ts'
import { isPlaceholder, isUuid, looksRandom } from './randomness.ts'

/**
 * `NAME=value`, `name: 'value'`, `"name": "value"`, also inside a string of JSON. Ends where the value begins, because a value may hold
 * assignments too. Every part is bounded, so it takes linear time.
 */
const ASSIGNMENT =
  /(?<![\w.-])([\w.-]{1,80})\\{0,2}["'`]?\]?[ \t]{0,20}(?:=>|:=|[:=])[ \t]{0,20}\\{0,2}(?:["'`](?=([^\s"'`\\]{12,512})\\{0,2}["'`])|(?=([^\s"'`\\,;)\]}]{12,512})))/g

/** Finds random values under names that sound secret, as in `.env` files. */
export function findAssignedSecrets(text: string): Range[] {
  const found: Range[] = []
  for (const { 0: all, index, 1: name = '', 2: quoted, 3: bare } of text.matchAll(ASSIGNMENT)) {
    const value = quoted ?? bare ?? ''
    // In code, what isn't quoted is mostly an expression.
    const isValue = quoted !== undefined ? VALUE.test(value) : BARE_VALUE.test(value)
    if (!isValue || !isSecretName(name) || isPlaceholder(value) || isUuid(value) || !looksRandom(value)) continue
    const from = index + all.length
    found.push([from, from + value.length])
  }
  return found
}

const VALUE = /^[\w+/=.~!@#%^&*:|-]+$/
const BARE_VALUE = /^[\w+/=~!@#%^&*:|-]+$/

/** `Authorization: Bearer …` */
const HEADER = /\b(?:Bearer|Basic)[ \t]{1,4}([\w+/=.~-]{20,2048})/gi

export const findHeaderSecrets = (text: string): Range[] =>
  [...text.matchAll(HEADER)].flatMap(({ 0: all, index, 1: value = '' }) =>
    looksRandom(value) && !isPlaceholder(value)
      ? [[index + all.length - value.length, index + all.length] as Range]
      : [],
  )

/** A bare `key` is secret only in capitals: in code and data it is mostly the key of a map. */
function isSecretName(name: string): boolean {
  const words = name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll(/[.-]/g, '_')
    .toLowerCase()
  if (NOT_SECRET.test(words)) return false
  return SECRET.test(words) || (name === name.toUpperCase() && /(?:^|_)key$/.test(words))
}

const SECRET =
  /(?:secret|token|password|passwd|passphrase|pwd|credentials?|api_?key|(?:access|account|private|secret|encryption|signing|auth|master|client|service|admin|license)_key|pepper|salt|auth|dsn)(?:_value)?$/
const NOT_SECRET =
  /(?:^|_)(?:public|hash|digest|checksum|integrity|fingerprint|sha\d{1,3}|md5|etag|commit|version|cache|cancel|next|page|continuation)(?:_|$)/

/** Each in one pass: the text may be anything that a stranger's repository made a program say. */
const rules: readonly (readonly [pattern: RegExp, plain: (match: string, kept: string) => string])[] = [
  [/\barn:aws[a-z-]*:[^\s"'`\\,;)\]}>]+/g, () => '(an AWS resource)'],
  // Registries and queues have the account in their address.
  [/\b\d{12}\.dkr\.ecr\.[^\s"'`\\,;)\]}>]+/g, () => '(the container image)'],
  [/\bhttps?:\/\/[^\s"'`\\,;)\]}>]+/g, (address) => (isOfAccount(address) ? '(an AWS address)' : address)],
  [/(?<![/\w.-])(assumed-role|role)\/[\w+=,.@/-]+/g, (_, kept) => `${kept}/…`],
  [/\b(role with name |role named )[\w+=,.@-]+/gi, (_, kept) => `${kept}…`],
  [/\b((?:extended[ -]?)?(?:request|host|cf)[ -]?id2?\b["']?\s?[:=]\s?["']?)[\w+/=-]{8,}/gi, (_, kept) => `${kept}…`],
  // An account's number, where it stands alone: not a part of a longer number, of an id or of a decimal.
  [/(?<![\w.:-])\d{12}(?![\w.-]|:\d)/g, () => '(an AWS account)'],
]

const isOfAccount = (address: string): boolean => address.includes('.amazonaws.com') && /\b\d{12}\b/.test(address)

/**
 * The text of an AWS error as a user may read it: without ARNs, account ids, names of roles and ids of requests. A net below the plain
 * words that docsfy says itself: operators find the whole text in the log of the function or task.
 */
export const withoutAwsIds = (text: string): string =>
  rules.reduce((cleaned, [pattern, plain]) => cleaned.replaceAll(pattern, plain), text)

/** Each runs in linear time, since the text may come from an untrusted repository. */
const rules: readonly (readonly [pattern: RegExp, plain: (match: string, kept: string) => string])[] = [
  [/\barn:aws[a-z-]*:[^\s"'`\\,;)\]}>]+/g, () => '(an AWS resource)'],
  // Registry and queue addresses contain the account ID.
  [/\b\d{12}\.dkr\.ecr\.[^\s"'`\\,;)\]}>]+/g, () => '(the container image)'],
  [/\bhttps?:\/\/[^\s"'`\\,;)\]}>]+/g, (address) => (isOfAccount(address) ? '(an AWS address)' : address)],
  [/(?<![/\w.-])(assumed-role|role)\/[\w+=,.@/-]+/g, (_, kept) => `${kept}/…`],
  [/\b(role with name |role named )[\w+=,.@-]+/gi, (_, kept) => `${kept}…`],
  [/\b((?:extended[ -]?)?(?:request|host|cf)[ -]?id2?\b["']?\s?[:=]\s?["']?)[\w+/=-]{8,}/gi, (_, kept) => `${kept}…`],
  // A standalone account ID: not part of a longer number, another ID or a decimal.
  [/(?<![\w.:-])\d{12}(?![\w.-]|:\d)/g, () => '(an AWS account)'],
]

const isOfAccount = (address: string): boolean => address.includes('.amazonaws.com') && /\b\d{12}\b/.test(address)

/**
 * Removes ARNs, account IDs, role names and request IDs from the text of an AWS error, so that users can read it. A safety net under
 * docsfy's own plain messages: operators find the full text in the logs of the function or task.
 */
export const withoutAwsIds = (text: string): string =>
  rules.reduce((cleaned, [pattern, plain]) => cleaned.replaceAll(pattern, plain), text)

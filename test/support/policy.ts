/** What IAM is asked to allow. */
export interface AccessRequest {
  action: string
  /** An ARN, or `*`. */
  resource: string
  /** Condition keys with their values. */
  context: Record<string, string | string[]>
}

/** A statement of a policy, with its CloudFormation functions resolved. */
export interface Statement {
  Effect: 'Allow' | 'Deny'
  Action: string | string[]
  Resource: string | string[]
  Condition?: Record<string, Record<string, string | number | string[]>>
}

/** Whether these statements together allow a request, by IAM's rules: one must allow it, and none may deny it. */
export function isAllowed(statements: readonly Statement[], request: AccessRequest): boolean {
  const applying = statements.filter((statement) => applies(statement, request))
  return applying.some(({ Effect }) => Effect === 'Allow') && applying.every(({ Effect }) => Effect === 'Allow')
}

/**
 * Whether a statement applies to a request.
 *
 * @throws Error for a condition that is not supported here
 */
export function applies({ Action, Resource, Condition = {} }: Statement, request: AccessRequest): boolean {
  if (![Action].flat().some((pattern) => isLike(request.action, pattern))) return false
  if (![Resource].flat().some((pattern) => isLike(request.resource, pattern))) return false
  return Object.entries(Condition).every(([operator, tests]) =>
    Object.entries(tests).every(([key, wanted]) => isMet(operator, request.context[key], [wanted].flat().map(String))),
  )
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
const operators: Record<string, (actual: string, wanted: string) => boolean> = {
  StringEquals: (actual, wanted) => actual === wanted,
  StringLike: isLike,
  // IAM treats the two the same.
  ArnEquals: isLikeArn,
  ArnLike: isLikeArn,
  Bool: (actual, wanted) => actual.toLowerCase() === wanted.toLowerCase(),
  NumericLessThan: (actual, wanted) => Number(actual) < Number(wanted),
}

function isMet(operator: string, actual: string | string[] | undefined, wanted: string[]): boolean {
  const [, forAll, name = ''] = /^(ForAllValues:)?(\w+)$/.exec(operator) ?? []
  const test = operators[name]
  if (!test) throw new Error(`The condition operator ${operator} is not supported here`)
  // Without the key, ForAllValues holds, and every other operator fails.
  if (actual === undefined) return forAll !== undefined
  return [actual].flat().every((value) => wanted.some((each) => test(value, each)))
}

/** `*` stands for any text and `?` for one character. */
function isLike(text: string, pattern: string): boolean {
  const literal = pattern.replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`^${literal.replaceAll('*', '[^]*').replaceAll('?', '[^]')}$`).test(text)
}

/** A wildcard stands for text within one of the six parts of an ARN. */
function isLikeArn(text: string, pattern: string): boolean {
  const [parts, patterns] = [text, pattern].map(partsOf) as [string[], string[]]
  return parts.length === patterns.length && parts.every((part, index) => isLike(part, patterns[index] ?? ''))
}

const partsOf = (arn: string): string[] => {
  const parts = arn.split(':')
  return [...parts.slice(0, 5), parts.slice(5).join(':')]
}

import type { z } from 'zod'
import { DomainError, type Problem } from '../../shared/errors.ts'

/** One part of a request: its name in `loc`, its schema and its input. */
export interface Part {
  where: 'body' | 'query'
  schema: z.ZodType | undefined
  input: () => unknown
}

/** Parses all parts; a part without a schema gives undefined. @throws DomainError `invalid-request` with every problem at once */
export function validate(parts: readonly Part[]): unknown[] {
  const problems: Problem[] = []
  const parsed = parts.map(({ where, schema, input }) => {
    const result = schema?.safeParse(input())
    for (const issue of result?.error?.issues ?? []) problems.push(problemOf(issue, where))
    return result?.data
  })
  if (problems.length > 0) throw new DomainError('invalid-request', { problems })
  return parsed
}

const problemOf = ({ path, message, code, ...issue }: z.core.$ZodIssue, where: string): Problem => ({
  loc: [where, ...path.map((part) => (typeof part === 'number' ? part : String(part)))],
  msg: message,
  type: typeOf(code, issue),
})

function typeOf(code: z.core.$ZodIssue['code'], issue: object): string {
  if (code === 'custom') return 'value_error'
  return code === 'invalid_type' && 'expected' in issue ? `${issue.expected}_type` : (code ?? 'value_error')
}

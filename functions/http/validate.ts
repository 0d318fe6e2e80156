import type { z } from 'zod'
import { DomainError, type Problem } from '../../shared/errors.ts'

/** The parsed input. @throws DomainError `invalid-request` with every problem at once; what was sent is not echoed */
export function validate<Schema extends z.ZodType>(schema: Schema, input: unknown, where = 'body'): z.infer<Schema> {
  const parsed = schema.safeParse(input)
  if (parsed.success) return parsed.data
  throw new DomainError('invalid-request', { problems: parsed.error.issues.map((issue) => problemOf(issue, where)) })
}

const problemOf = ({ path, message, code, ...issue }: z.core.$ZodIssue, where: string): Problem => ({
  loc: [where, ...path.map((part) => (typeof part === 'number' ? part : String(part)))],
  msg: message,
  type:
    code === 'custom'
      ? 'value_error'
      : code === 'invalid_type' && 'expected' in issue
        ? `${issue.expected}_type`
        : code,
})

import type { APIGatewayProxyEvent } from 'aws-lambda'
import type { z } from 'zod'
import { DomainError } from '../../shared/errors.ts'

/** Bytes; far more than any form of this service needs. */
const MAX_BYTES = 65_536

/** Parses a URL-encoded HTML form. @throws DomainError `body-too-large` */
export function formBody<Form extends z.ZodObject>(
  { body, isBase64Encoded }: Pick<APIGatewayProxyEvent, 'body' | 'isBase64Encoded'>,
  form: Form,
): z.output<Form> {
  if ((body?.length ?? 0) > MAX_BYTES) throw new DomainError('body-too-large', {})
  const text = Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8').toString('utf8')
  return form.parse(Object.fromEntries(new URLSearchParams(text)))
}

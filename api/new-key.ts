import * as z from 'zod'
import { LONGEST_KEY, PRINTABLE, SHORTEST_KEY } from '../shared/chosen-key.ts'

/** A key that a user may choose, as far as a schema can say it. */
export const NewKey = z
  .string()
  .min(SHORTEST_KEY)
  .max(LONGEST_KEY)
  .regex(PRINTABLE)
  .nullish()
  .describe(
    'The new key: at least 16 printable ASCII characters without spaces, 8 of them different; random by default',
  )

/** Of the form of a generated key. */
export const EXAMPLE_KEY = 'docsfy_EXAMPLE-EXAMPLE-EXAMPLE-EXAMPLE-EXAMPLE-1234'

import type { z } from 'zod'

/** What a line says that is JSON and fits the schema; a CLI may print others between them. */
export function parseLine<Schema extends z.ZodType>(line: string, schema: Schema): z.infer<Schema> | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    return schema.safeParse(JSON.parse(line)).data
  } catch {
    return undefined
  }
}

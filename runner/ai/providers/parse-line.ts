import type { z } from 'zod'

/** Parses a line of JSON that fits the schema; undefined for anything else a CLI prints in between. */
export function parseLine<Schema extends z.ZodType>(line: string, schema: Schema): z.infer<Schema> | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    return schema.safeParse(JSON.parse(line)).data
  } catch {
    return undefined
  }
}

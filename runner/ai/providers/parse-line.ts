import { stripVTControlCharacters } from 'node:util'
import type { z } from 'zod'

/**
 * Parses a line of JSON that fits the schema, after any control sequences for a terminal; undefined for anything else a CLI prints in
 * between.
 */
export function parseLine<Schema extends z.ZodType>(line: string, schema: Schema): z.infer<Schema> | undefined {
  const json = line.startsWith('{') ? line : stripVTControlCharacters(line).trimStart()
  if (!json.startsWith('{')) return undefined
  try {
    return schema.safeParse(JSON.parse(json)).data
  } catch {
    return undefined
  }
}

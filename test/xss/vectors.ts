import { addresses } from './table/addresses.ts'
import { unusual } from './table/characters.ts'
import { markdown } from './table/markdown.ts'
import { names } from './table/names.ts'
import { parsing } from './table/parsing.ts'
import { pictures } from './table/pictures.ts'
import { resources } from './table/resources.ts'
import { scripting } from './table/scripts.ts'
import type { Vector } from './vector.ts'

/** Every vector, with the name of its family. */
export const vectors: readonly (Vector & { family: string })[] = [
  ...[...scripting, ...addresses, ...parsing, ...resources, ...markdown, ...names, ...unusual, ...pictures],
].flatMap(({ name, vectors }) =>
  vectors.map((one) => ({ family: name, ...(typeof one === 'object' ? one : { source: one }) })),
)

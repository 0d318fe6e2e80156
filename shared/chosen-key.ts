import * as z from 'zod'

/** In characters: the shortest key that a person may choose. */
export const SHORTEST_KEY = 16

/** In characters: it has to fit into a header. */
export const LONGEST_KEY = 256

export const PRINTABLE = /^[\x21-\x7e]+$/

const DIFFERENT_CHARACTERS = 8

/** Whether a key has so few different characters that it could be guessed. */
export const isTooSimple = (key: string): boolean => new Set(key).size < DIFFERENT_CHARACTERS

/** An admin key from the configuration. */
export const AdminKey = z
  .string()
  .min(SHORTEST_KEY, { error: `must be at least ${SHORTEST_KEY} characters long`, abort: true })
  .refine((key) => !isTooSimple(key), `must have at least ${DIFFERENT_CHARACTERS} different characters`)

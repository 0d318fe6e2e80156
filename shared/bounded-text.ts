import * as z from 'zod'

/**
 * Text of at most `longest` characters, counted in code points as JSON Schema does. Longer text fails on its length alone: checks
 * chained after this one never run on it.
 */
export const boundedText = (longest: number) =>
  z
    .string()
    .refine((text) => text.length <= longest || isWithin(text, longest), {
      message: `must be at most ${longest} characters`,
      abort: true,
    })
    .meta({ maxLength: longest })

/** A code point takes one or two UTF-16 units, so text over twice the limit needs no counting. */
const isWithin = (text: string, longest: number): boolean => text.length <= 2 * longest && [...text].length <= longest

/** Longer than any name, key or path used here. */
export const LONGEST_TEXT = 8_192

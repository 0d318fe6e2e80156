import * as z from 'zod'

/**
 * Text of at most so many characters: code points, as a JSON Schema counts them. A longer one is refused for its length alone:
 * checks that are added to this one never see it.
 */
export const boundedText = (longest: number) =>
  z
    .string()
    .refine((text) => text.length <= longest || isWithin(text, longest), {
      message: `must be at most ${longest} characters`,
      abort: true,
    })
    .meta({ maxLength: longest })

/** A code point takes one or two units of UTF-16, so most texts that are too long need no count. */
const isWithin = (text: string, longest: number): boolean => text.length <= 2 * longest && [...text].length <= longest

/** Longer than any name, key or path that anything here can have. */
export const LONGEST_TEXT = 8_192

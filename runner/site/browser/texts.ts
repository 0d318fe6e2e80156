import type { Texts } from '../texts/en.ts'

/** Stands before the site's script, in the language of the site. */
declare const docsfyTexts: Texts['scripts']

export const texts = docsfyTexts

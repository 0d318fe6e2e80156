import { de } from './de.ts'
import { en, type Texts } from './en.ts'

const LANGUAGES: Readonly<Record<string, Texts>> = { de, en }

/** The texts of a site in the language of a BCP 47 tag, or in English if there are none, and the tag of their own language. */
export function textsIn(tag: string): { tag: string; texts: Texts } {
  const [language = ''] = tag.toLowerCase().split('-')
  const texts = Object.hasOwn(LANGUAGES, language) ? LANGUAGES[language] : undefined
  return texts ? { tag: language, texts } : { tag: 'en', texts: en }
}

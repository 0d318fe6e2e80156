export interface TextLanguage {
  /** BCP 47. */
  tag: string
  direction: 'ltr' | 'rtl'
}

/** Enough to tell a language; more would only take time. */
const MOST_CHARACTERS = 20_000

/** A language is taken for another than English if this share of its words or letters says so. */
const ENOUGH = 0.3

/**
 * The language that pages are written in, told by their script, or by their most common words. English if in doubt. Code in fences
 * doesn't count.
 */
export function languageOf(markdowns: readonly string[]): TextLanguage {
  const text = markdowns.map(withoutCode).join('\n').slice(0, MOST_CHARACTERS)
  const tag = byScript(text) ?? byWords(text) ?? 'en'
  return languageFor(tag)
}

/** A language that is known by its BCP 47 tag. */
export function languageFor(tag: string): TextLanguage {
  const [language = '', ...more] = tag.toLowerCase().split('-')
  const isRightToLeft = more.includes('arab') || (RIGHT_TO_LEFT.has(language) && !more.includes('latn'))
  return { tag, direction: isRightToLeft ? 'rtl' : 'ltr' }
}

const withoutCode = (markdown: string): string =>
  markdown
    .slice(0, MOST_CHARACTERS)
    .split(/^[ \t]*(?:```|~~~)/m)
    .filter((_, index) => index % 2 === 0)
    .join('\n')
    .replaceAll(/`[^`\n]*`|\]\([^)\n]*\)/g, ' ')

const RIGHT_TO_LEFT = new Set(['ar', 'fa', 'he', 'ur', 'ps', 'yi', 'sd', 'ug', 'dv', 'ckb'])

function byScript(text: string): string | undefined {
  const letters = countOf(text, /\p{L}/gu)
  const isWritten = (script: RegExp) => letters > 0 && countOf(text, script) / letters >= ENOUGH
  if (isWritten(/[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/gu)) {
    // Chinese has no kana. Japanese has them in every sentence.
    return countOf(text, /[\p{Script=Hiragana}\p{Script=Katakana}]/gu) / letters > 0.05 ? 'ja' : 'zh'
  }
  if (isWritten(/\p{Script=Hangul}/gu)) return 'ko'
  if (isWritten(/\p{Script=Hebrew}/gu)) return 'he'
  if (isWritten(/\p{Script=Arabic}/gu)) return /[پچژگ]/.test(text) ? 'fa' : 'ar'
  if (isWritten(/\p{Script=Cyrillic}/gu)) return /[іїєґ]/i.test(text) ? 'uk' : 'ru'
  if (isWritten(/\p{Script=Greek}/gu)) return 'el'
  if (isWritten(/\p{Script=Devanagari}/gu)) return 'hi'
  if (isWritten(/\p{Script=Thai}/gu)) return 'th'
  return undefined
}

const countOf = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0

/** The most common short words. One that English has too is in no list. */
const COMMON_WORDS = {
  de: 'der die das und ist nicht mit für von eine ein wird den dem auf werden',
  fr: 'le la les des est une pour dans que qui avec sur par ce et du',
  es: 'el los las una para con que por del es se como y este su',
  pt: 'os uma para com não que por do da em é como ao dos este',
  it: 'il di che una per con non della del sono è gli nel questo',
  nl: 'het een van de en niet voor met wordt zijn dat deze naar',
  pl: 'nie jest się dla lub oraz które przez jak tego jako',
} as const

function byWords(text: string): string | undefined {
  const words = text.toLowerCase().match(/\p{L}+/gu) ?? []
  const shares = Object.entries(COMMON_WORDS).map(([tag, list]): [string, number] => {
    const common = new Set(list.split(' '))
    return [tag, words.filter((word) => common.has(word)).length / Math.max(words.length, 1)]
  })
  const [tag, share = 0] = shares.toSorted(([, one], [, other]) => other - one)[0] ?? []
  return share >= ENOUGH / 2 ? tag : undefined
}

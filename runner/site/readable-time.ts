const LOCALES: Readonly<Record<string, string>> = { en: 'en-GB' }

/** `24 November 2026, 09:53 UTC`, in a language that the site's texts have. */
export function readableTime(instant: string, language: string): string {
  const date = new Date(instant)
  const locale = LOCALES[language] ?? language
  const day = date.toLocaleDateString(locale, { dateStyle: 'long', timeZone: 'UTC' })
  return `${day}, ${date.toLocaleTimeString(locale, { timeStyle: 'short', timeZone: 'UTC' })} UTC`
}

import { visibleText } from '../../shared/visible-text.ts'
import { fillPrompt } from '../ai/answer/fill-prompt.ts'
import { END_OF_PAGE } from '../ai/answer/prompts.ts'
import type { Settings } from './settings.ts'

/** What was asked for: with the request, and by the repository's own settings. */
export interface Wishes {
  instructions?: string | undefined
  settings: Settings
}

/**
 * What the owner asks for, as the last part of every prompt; '' if nothing. Plans and pages are made from it, so a change of it makes
 * all of them anew. Every line of the owner's is marked, so none passes for a line of ours.
 */
export function ownerWishes({ instructions = '', settings }: Wishes): string {
  const asked = [...wishesIn(settings), instructions.trim()].filter((wish) => wish !== '').map(visibleText)
  if (asked.length === 0) return ''
  return `\n${fillPrompt('owner', { wishes: asked.map(marked).join('\n') })}\n`
}

/** What only concerns how the site looks is not among them. */
function wishesIn({ audience, language, tone, path, include, exclude, pages, notes }: Settings): string[] {
  const wishes: [label: string, text: string | undefined][] = [
    ['Readers', audience],
    ['Language of all titles, descriptions and texts, but of no slug', language && nameOf(language)],
    ['Tone', tone],
    ['Document only this folder', path],
    ['Document only files like these', include?.join(', ')],
    ['Document no files like these', exclude?.join(', ')],
    ['There must be a page about each of these', pages?.include?.join('; ')],
    ['There must be no page about these', pages?.exclude?.join('; ')],
    ['Notes', notes],
  ]
  return wishes.flatMap(([label, text]) => (text ? [`${label}: ${text}`] : []))
}

const nameOf = (tag: string): string => `${new Intl.DisplayNames(['en'], { type: 'language' }).of(tag)} (${tag})`

/**
 * Without the end mark, since an answer that repeats it would end there, and with a space after every `@`, since CLIs replace `@path` by
 * the file.
 */
const marked = (text: string): string =>
  text
    .replaceAll(END_OF_PAGE, '<!-- … -->')
    .replaceAll(/@(?=\S)/g, '@ ')
    .split('\n')
    .map((line) => `| ${line}`)
    .join('\n')

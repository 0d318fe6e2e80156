import { readFileSync } from 'node:fs'
import type { PageType } from '../../../shared/plan.ts'
import type { RepoType } from '../../../shared/repo-type.ts'

/** The files of `runner/prompts`, without `.md`. */
export type PromptName =
  | 'system'
  | 'plan'
  | 'plan-inventory'
  | 'rejected-plan'
  | 'plan-update'
  | 'plan-differences'
  | 'page'
  | 'page-files'
  | 'page-project'
  | 'page-terms'
  | 'page-language'
  | 'page-related'
  | 'page-rewrite'
  | 'page-differences'
  | 'page-repair'
  | 'owner'
  | `page-types/${PageType}`
  | `repository-types/${RepoType}`

const folder = new URL('../../prompts/', import.meta.url)

/**
 * The text of a prompt's file with its placeholders, `{{name}}`, filled in. A line that has only a placeholder disappears if its value
 * is empty. Values are taken as they are: what looks like a placeholder in them stays.
 *
 * @throws for a placeholder without a value, and for a value without a placeholder: the file and the program contradict each other
 */
export function fillPrompt(name: PromptName, values: Record<string, string> = {}): string {
  return fillText(`runner/prompts/${name}.md`, textOf(name), values)
}

/** What {@link fillPrompt} does with the text of a file. */
export function fillText(file: string, text: string, values: Record<string, string>): string {
  const named = new Set([...text.matchAll(PLACEHOLDER)].map(([, name = '']) => name))
  for (const name of named) if (values[name] === undefined) throw new Error(unknown(file, `{{${name}}}`, values))
  const [other] = /\{\{.{0,40}/.exec(text.replaceAll(PLACEHOLDER, '')) ?? []
  if (other !== undefined) throw new Error(unknown(file, other, values))
  const missing = Object.keys(values).filter((name) => !named.has(name))
  if (missing.length > 0)
    throw new Error(`${file} lacks ${list(missing)}. Put it where the text belongs, or the prompt leaves it out.`)
  return text
    .split('\n')
    .filter((line) => !isEmptied(line, values))
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim()
    .replaceAll(PLACEHOLDER, (_, name: string) => values[name] ?? '')
}

const PLACEHOLDER = /\{\{([a-z_]+)\}\}/g

const isEmptied = (line: string, values: Record<string, string>): boolean => {
  const [, name] = /^\{\{([a-z_]+)\}\}$/.exec(line.trim()) ?? []
  return name !== undefined && values[name] === ''
}

const unknown = (file: string, placeholder: string, values: Record<string, string>): string =>
  `${file} has an unknown placeholder, ${placeholder}. It may use ${list(Object.keys(values)) || 'none'}.`

const list = (names: readonly string[]): string => names.map((name) => `{{${name}}}`).join(', ')

const texts = new Map<PromptName, string>()

/** Read once: a file that is edited counts from the next generation on. */
function textOf(name: PromptName): string {
  const text = texts.get(name) ?? readFileSync(new URL(`${name}.md`, folder), 'utf8')
  texts.set(name, text)
  return text
}

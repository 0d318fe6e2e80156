import { type Document, isMap, isScalar, LineCounter, parseDocument } from 'yaml'
import type { z } from 'zod'
import { visibleLine } from '../../shared/visible-text.ts'
import { SETTINGS_FILE, Settings } from './settings.ts'

/** What could be understood of a settings file, and what the owner should know about the rest. */
export interface ReadSettings {
  settings: Settings
  notes: string[]
}

/** More mistakes are not listed. */
const MOST_NOTES = 10

/**
 * Reads the text of a settings file. Never throws: what is wrong is left out and noted, and the rest counts. YAML's plain data only, without tags of
 * its own, aliases or several documents.
 */
export function readSettings(text: string): ReadSettings {
  const lines = new LineCounter()
  const document = parsed(text, lines)
  if (typeof document === 'string') return { settings: {}, notes: [`${SETTINGS_FILE} was ignored: ${document}`] }
  if (document.contents === null) return { settings: {}, notes: [] }
  const data = dataOf(document)
  if (data === undefined) {
    const reason = 'it must be a list of settings such as "title: My project", without aliases.'
    return { settings: {}, notes: [`${SETTINGS_FILE} was ignored: ${reason}`] }
  }
  const settings: Record<string, unknown> = {}
  const notes: string[] = []
  for (const [key, value] of data) {
    const schema = schemaOf(key)
    const read = schema?.safeParse(value)
    if (read?.success) settings[key] = read.data
    else notes.push(`${SETTINGS_FILE}, ${placeOf(document, key, lines)}${fault(key, schema)}`)
  }
  const more = notes.length - MOST_NOTES
  const shown = more > 0 ? [...notes.slice(0, MOST_NOTES), `${SETTINGS_FILE} has ${more} more mistakes.`] : notes
  return { settings: Settings.parse(settings), notes: shown }
}

/** The document, or why it cannot be read. */
function parsed(text: string, lineCounter: LineCounter): Document.Parsed | string {
  try {
    const options = { schema: 'core', logLevel: 'error', prettyErrors: false, uniqueKeys: true } as const
    const document = parseDocument(text, { ...options, lineCounter })
    const [error] = [...document.errors, ...document.warnings]
    if (!error) return document
    if (error.code === 'MULTIPLE_DOCS') return 'it must be one document, without a second "---".'
    return `line ${lineCounter.linePos(error.pos[0]).line} is not valid YAML (${visibleLine(error.message).slice(0, 200)}).`
  } catch {
    return 'it is not valid YAML.'
  }
}

/** The keys and values of the file; undefined if it holds anything else. */
function dataOf(document: Document.Parsed): [string, unknown][] | undefined {
  try {
    const data: unknown = isMap(document.contents) ? document.toJS({ maxAliasCount: 0 }) : undefined
    return data === undefined ? undefined : Object.entries(data as object)
  } catch {
    return undefined
  }
}

const schemaOf = (key: string): z.ZodType | undefined =>
  Object.hasOwn(Settings.shape, key) ? Settings.shape[key as keyof Settings].unwrap() : undefined

function placeOf({ contents }: Document.Parsed, key: string, lines: LineCounter): string {
  const pair = isMap(contents)
    ? contents.items.find((item) => isScalar(item.key) && String(item.key.value) === key)
    : undefined
  const range = isScalar(pair?.key) ? pair.key.range : undefined
  return range ? `line ${lines.linePos(range[0]).line}: ` : ''
}

const fault = (key: string, schema: z.ZodType | undefined): string =>
  schema
    ? `'${key}' was ignored. It must be ${schema.description}.`
    : `'${visibleLine(key).slice(0, 60)}' is no setting, and was ignored. Settings are ${Object.keys(Settings.shape).join(', ')}.`

import * as z from 'zod'
import { createMask, type Mask } from './mask.ts'
import { visibleText } from './visible-text.ts'

/** One line of a generation's log, as stored. */
export const LogLine = z.object({
  /** UTC ISO 8601. */
  time: z.iso.datetime(),
  level: z.enum(['debug', 'info', 'warn', 'error']),
  message: z.string(),
})
export type LogLine = z.infer<typeof LogLine> & Record<string, unknown>
export type LogLevel = LogLine['level']

export type Log = Record<LogLevel, (message: string, facts?: Record<string, unknown>) => void>

const order: readonly LogLevel[] = ['debug', 'info', 'warn', 'error']

/** Whether a log at `level` includes lines at the level `line`. */
export const shows = (level: LogLevel, line: LogLevel): boolean => order.indexOf(line) >= order.indexOf(level)

/**
 * Writes structured lines, one JSON object each, to `write` (standard output by default). `secrets` are masked as `createMask`
 * promises, and by `mask`: each string on its own, before it is encoded as JSON. Control characters are shown as `visibleText` does.
 */
export function createLog(options: {
  level: LogLevel
  secrets?: readonly string[]
  mask?: Mask
  facts?: Record<string, unknown>
  write?: (line: string, level: LogLevel) => void
}): Log {
  const {
    level,
    secrets = [],
    mask = String,
    facts: common = {},
    write = (line) => process.stdout.write(`${line}\n`),
  } = options
  const maskOwn = createMask(secrets)
  const clean: Mask = (text) => visibleText(mask(maskOwn(text)))
  const at =
    (lineLevel: LogLevel) =>
    (message: string, facts: Record<string, unknown> = {}) => {
      if (!shows(level, lineLevel)) return
      const line = { time: new Date().toISOString(), level: lineLevel, message, ...common, ...facts }
      write(JSON.stringify(cleaned(line, clean)), lineLevel)
    }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

/** Keeps a full disk or closed terminal from ending the process: lines that cannot be written are dropped. */
export function outliveOutput(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
}

/** A copy for JSON with every string and property name cleaned, and without circles. */
function cleaned(value: unknown, clean: Mask, ancestors: readonly object[] = []): unknown {
  if (typeof value === 'string') return clean(value)
  if (typeof value !== 'object' || value === null) return value
  if (ancestors.includes(value)) return '[circular]'
  const inner = (member: unknown) => cleaned(member, clean, [...ancestors, value])
  if ('toJSON' in value && typeof value.toJSON === 'function') return inner(value.toJSON())
  if (Array.isArray(value)) return value.map(inner)
  return Object.fromEntries(Object.entries(plain(value)).map(([name, member]) => [clean(name), inner(member)]))
}

/** Errors have no enumerable fields: without this they would be logged as `{}`. */
const plain = (value: object): object =>
  value instanceof Error
    ? { ...value, name: value.name, message: value.message, stack: value.stack, cause: value.cause }
    : value

import * as z from 'zod'

/** One line of a generation's log, as it is stored and as `…/log` shows it. */
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

/** Whether a log of this level shows lines of that one. */
export const shows = (level: LogLevel, line: LogLevel): boolean => order.indexOf(line) >= order.indexOf(level)

/**
 * Structured lines, one JSON object each, to `write` (standard output unless told). Values of `secrets` never appear.
 */
export function createLog(options: {
  level: LogLevel
  secrets?: readonly string[]
  facts?: Record<string, unknown>
  write?: (line: string, level: LogLevel) => void
}): Log {
  const { level, secrets = [], facts: common = {}, write = (line) => process.stdout.write(`${line}\n`) } = options
  const at =
    (lineLevel: LogLevel) =>
    (message: string, facts: Record<string, unknown> = {}) => {
      if (!shows(level, lineLevel)) return
      const line = { time: new Date().toISOString(), level: lineLevel, message, ...common, ...facts }
      write(mask(JSON.stringify(line, plain), secrets), lineLevel)
    }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

/** A full disk or a closed terminal behind standard output must not end the process: lines that cannot be written are lost. */
export function outliveOutput(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
}

/** The text with every secret in it replaced; secrets shorter than 6 characters are too common to look for. */
export const mask = (text: string, secrets: readonly string[]): string =>
  secrets.filter((secret) => secret.length >= 6).reduce((masked, secret) => masked.replaceAll(secret, '***'), text)

/** Errors have no enumerable fields: without this they would be logged as `{}`. */
function plain(_key: string, value: unknown): unknown {
  if (!(value instanceof Error)) return value
  return { ...value, name: value.name, message: value.message, stack: value.stack, cause: value.cause }
}

import type { CliEnd, OutputReader } from '../../runner/ai/providers/provider.ts'
import type { Answer } from '../../runner/ai/providers/usage.ts'

/** What a reader makes of these lines, whatever it says of each. */
export function readAnswer(reader: OutputReader, lines: readonly string[], end: CliEnd): Answer {
  for (const line of lines) reader.line(line)
  return reader.finish(end)
}

import { readFileSync } from 'node:fs'
import { formatSourceRange } from '../../shared/page.ts'

const DEFINITION =
  /^(?:export |pub |async |static |default )*(?:function|class|const|def|func|fn|type|interface|struct|impl|#)\b/
const MOST = 3
const LONGEST = 8

/** Links and quotes the first definitions of a file, each up to its first blank line. */
export function excerptsOf(path: string): string {
  const lines = readFileSync(path, 'utf8').split(/\r?\n/)
  if (lines.at(-1) === '') lines.pop()
  const starts = lines.flatMap((line, index) => (DEFINITION.test(line) ? [index] : []))
  const first = lines.findIndex((line) => line.trim() !== '')
  const chosen = (starts.length > 0 ? starts : first < 0 ? [] : [first]).slice(0, MOST)
  return chosen.map((start) => excerpt(path, lines, start)).join('\n')
}

function excerpt(path: string, lines: readonly string[], start: number): string {
  const blank = lines.findIndex((line, index) => index > start && line.trim() === '')
  const end = Math.min(blank < 0 ? lines.length : blank, start + LONGEST)
  const range = formatSourceRange({ path, startLine: start + 1, endLine: end })
  return `It has [this](source:${range}):\n\n~~~~~ text source=${range}\n${lines.slice(start, end).join('\n')}\n~~~~~\n`
}

/** The first and the last line, starting at 1. */
export interface Lines {
  startLine: number
  endLine: number
}

/** Lines that were replaced by others, at a place in both versions of a file. */
interface Edit {
  /** The first deleted line, or else the line before which lines were inserted. */
  from: number
  deleted: string[]
  /** The first inserted line in the new version. */
  to: number
  inserted: string[]
}

/**
 * Reads `git diff`'s output for one file. Returns where lines of the former version stand now, or undefined for lines that have
 * changed. A block that was cut and pasted elsewhere is found if its text was inserted in one place only.
 */
export function lineMoves(diff: string): (lines: Lines) => Lines | undefined {
  const edits = readEdits(diff)
  return (lines) => shifted(lines, edits) ?? pasted(lines, edits)
}

function readEdits(diff: string): Edit[] {
  const edits: Edit[] = []
  let [from, to] = [0, 0]
  let edit: Edit | undefined
  let inHunk = false
  for (const line of diff.split('\n')) {
    const [, start, startNow] = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(line) ?? []
    if (start !== undefined && startNow !== undefined) {
      // Without context, a hunk that only inserts or deletes names the line before.
      from = Number(start) + (/^@@ -\d+,0 /.test(line) ? 1 : 0)
      to = Number(startNow) + (/^@@ \S+ \+\d+,0 @@/.test(line) ? 1 : 0)
      inHunk = true
      edit = undefined
    } else if (inHunk && line.startsWith('-')) {
      edit ??= add({ from, deleted: [], to, inserted: [] })
      edit.deleted.push(line.slice(1))
      from++
    } else if (inHunk && line.startsWith('+')) {
      edit ??= add({ from, deleted: [], to, inserted: [] })
      edit.inserted.push(line.slice(1))
      to++
    } else if (inHunk && line.startsWith(' ')) {
      edit = undefined
      from++
      to++
    }
  }
  return edits

  function add(begun: Edit): Edit {
    edits.push(begun)
    return begun
  }
}

function shifted({ startLine, endLine }: Lines, edits: readonly Edit[]): Lines | undefined {
  let delta = 0
  for (const { from, deleted, inserted } of edits) {
    if (from > endLine) break
    const isBefore = deleted.length > 0 ? from + deleted.length <= startLine : from <= startLine
    if (!isBefore) return undefined
    delta += inserted.length - deleted.length
  }
  return { startLine: startLine + delta, endLine: endLine + delta }
}

function pasted({ startLine, endLine }: Lines, edits: readonly Edit[]): Lines | undefined {
  const cut = edits.find(({ from, deleted }) => from <= startLine && endLine < from + deleted.length)
  if (!cut) return undefined
  const text = cut.deleted.slice(startLine - cut.from, endLine - cut.from + 1)
  const places = edits.flatMap(({ to, inserted }) =>
    inserted.flatMap((_, index) => (text.every((line, at) => inserted[index + at] === line) ? [to + index] : [])),
  )
  const [place, ...others] = places
  if (place === undefined || others.length > 0) return undefined
  return { startLine: place, endLine: place + endLine - startLine }
}

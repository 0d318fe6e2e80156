/** Words that open a note, by the kind of alert that shows it. */
const kinds: [words: RegExp, kind: string][] = [
  [
    /^(note|info|abstract|summary|seealso|versionadded|versionchanged|example|details|quote|question|admonition|topic)$/i,
    'NOTE',
  ],
  [/^(tip|hint|success)$/i, 'TIP'],
  [/^important$/i, 'IMPORTANT'],
  [/^(warning|attention|deprecated)$/i, 'WARNING'],
  [/^(caution|danger|error|failure|bug)$/i, 'CAUTION'],
]

/** The kind of alert for a word; undefined for a word that opens none. */
export const alertKind = (word: string): string | undefined => kinds.find(([words]) => words.test(word))?.[1]

/**
 * Writes the notes of MkDocs (`!!! note`), Docusaurus and VitePress (`:::tip`) as quotes that begin with `[!NOTE]`, which the site shows
 * as alerts. Every line stays in its place.
 */
export function quoteAdmonitions(lines: string[]): string[] {
  let [inside, fence] = ['', '']
  return lines.map((line) => {
    const mark = /^\s*(```+|~~~+)/.exec(line)?.[1] ?? ''
    if (mark && (fence === '' || mark.startsWith(fence))) fence = fence === '' ? mark : ''
    if (inside === ':::' && /^\s*:::+\s*$/.test(line)) {
      inside = ''
      return ''
    }
    if (inside === '!!!' && /^\S/.test(line)) inside = ''
    const opened = fence === '' && !inside ? openedBy(line) : undefined
    if (opened) inside = opened.mark
    if (opened) return `> [!${opened.kind}]${opened.title ? ` **${opened.title}**` : ''}`
    if (inside === ':::') return `> ${line}`
    return inside === '!!!' && line.trim() ? `> ${line.replace(/^( {4}|\t)/, '')}` : line
  })
}

function openedBy(line: string) {
  const [, mark = '', word = '', rest = ''] = /^(!!!|\?\?\?\+?|:::+) ?([a-z]+)\b(.*)$/i.exec(line) ?? []
  const kind = alertKind(word)
  const title = rest.replaceAll(/["[\]]/g, '').trim()
  return kind ? { kind, title, mark: mark.startsWith(':') ? ':::' : '!!!' } : undefined
}

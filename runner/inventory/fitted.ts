/**
 * As many lines below a title as fit, from the first on, with a word on how many there are more. Empty without a line.
 *
 * @param bytes - the longest text
 */
export function fitted(title: string, lines: readonly string[], bytes: number): string {
  if (lines.length === 0) return ''
  let text = `${title}:\n`
  for (const [index, line] of lines.entries()) {
    const more = `- … and ${lines.length - index} more\n`
    const isLast = index === lines.length - 1
    const reserved = isLast ? 0 : Buffer.byteLength(more)
    if (Buffer.byteLength(text) + Buffer.byteLength(line) + 3 + reserved > bytes) return text + more
    text += `- ${line}\n`
  }
  return text
}

import { visibleLine } from '../../shared/visible-text.ts'
import { DISK_FULL, DISK_FULL_WORDS } from '../disk.ts'
import { OUT_OF_MEMORY } from '../process/limit-memory.ts'

/** git's failures differ only in their text. `LC_ALL=C` keeps that text as matched here. Every pattern takes linear time. */
const explanations: [RegExp, (url: string, match: RegExpExecArray) => string][] = [
  [/returned error: 30\d/i, (url) => `'${url}' has moved. Try again with the address it redirects to.`],
  [
    /repository '[^'\n]*' not found|does not appear to be a git repository/i,
    (url) => `'${url}' was not found. Check the address.`,
  ],
  [/Could not resolve host/i, (url) => `The host of '${url}' was not found. Check the address.`],
  [
    /Failed to connect|Connection refused|Couldn't connect|Connection timed out|No route to host/i,
    (url) => `The server of '${url}' could not be reached. Try again later.`,
  ],
  [
    /returned error: (429|5\d\d)/i,
    (url, [, status]) => `The server of '${url}' answered with the HTTP error ${status}. Try again later.`,
  ],
  [
    /SSL certificate|certificate verif/i,
    (url, { input }) => `The certificate of '${url}' was rejected: ${tail(input, 300)}`,
  ],
  [
    /File name too long/i,
    (url) => `'${url}' has a file whose name or path is longer than the system that docsfy runs on allows.`,
  ],
  [
    OUT_OF_MEMORY,
    (url) => `git needs more memory for '${url}' than the limit MAX_GIT_MIB allows. Its files may be too large.`,
  ],
  [DISK_FULL_WORDS, () => DISK_FULL],
  [
    /transport '[^'\n]*' not allowed/i,
    (url) => `'${url}' uses a transport that is not allowed. Use an https:// address.`,
  ],
  [
    /error: object (\w+): (\w+): ([^\n]*)/,
    (url, [, id, fault, words]) =>
      `'${url}' has an object that git refuses as damaged or unsafe: ${id}, ${fault} (${tail(words, 200)})`,
  ],
]

/** Failures of a server or a network that may have passed a few seconds later. */
const TRANSIENT =
  /returned error: (429|5\d\d)|Failed to connect|Connection refused|Couldn't connect|Connection reset|Recv failure|Send failure|Empty reply|expected flush after|early EOF|unexpected disconnect|hung up unexpectedly|RPC failed|transfer closed|closed cleanly|unexpected eof/i

/** Failures that last, although git may report a broken connection as well. */
const LASTING = /returned error: 4(?!29)\d\d|curl 28|fsck error|certificate|does not appear/i

/** Whether git may succeed soon, judging by what it printed. */
export const isTransient = (stderr: string): boolean => {
  const words = lastLines(stderr)
  return TRANSIENT.test(words) && !LASTING.test(words) && !OUT_OF_MEMORY.test(words)
}

/**
 * Explains git's failure to the user who requested the repository. `message` is already masked, except for credentials in URLs,
 * and printable.
 */
export function explainGit(message: string, url: string): string {
  const stderr = lastLines(message).replaceAll(/:\/\/[^\s/@]+@/g, '://***@')
  // git quotes the URL, which may contain any of the words below.
  const words = stderr.replaceAll(url, '')
  for (const [pattern, explain] of explanations) {
    const found = pattern.exec(words)
    if (found) return explain(url, found)
  }
  const broke = isTransient(words)
    ? `The connection to the server of '${url}' broke. Try again later. git reports`
    : `git could not clone '${url}'`
  return `${broke}: ${tail(stderr, 500)}`
}

const LONGEST = 4_096

/** A server can make git print any amount of its own text. git's own words come last. */
export function lastLines(text: string): string {
  if (text.length <= LONGEST) return text
  const end = text.slice(-LONGEST)
  return end.slice(end.indexOf('\n') + 1)
}

const tail = (text = '', longest: number): string => visibleLine(text.trim()).slice(-longest)

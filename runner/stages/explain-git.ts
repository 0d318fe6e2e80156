import { DISK_FULL, DISK_FULL_WORDS } from '../disk.ts'

/** git's failures differ only in their text. `LC_ALL=C` keeps that text as matched here. */
const explanations: [RegExp, (url: string, match: RegExpExecArray) => string][] = [
  [
    /could not read Username|Authentication failed|terminal prompts disabled|returned error: 40[13]/i,
    (url) => `'${url}' needs credentials or does not exist. Only public repositories are supported so far.`,
  ],
  [/returned error: 30\d/i, (url) => `'${url}' has moved. Try again with the address it redirects to.`],
  [
    /repository '.*' not found|returned error: 404|does not appear to be a git repository/i,
    (url) => `'${url}' was not found. Check the address.`,
  ],
  [/Could not resolve host/i, (url) => `The host of '${url}' was not found. Check the address.`],
  [
    /Failed to connect|Connection refused|Couldn't connect|Connection timed out|No route to host/i,
    (url) => `The server of '${url}' could not be reached. Try again later.`,
  ],
  [/SSL|certificate/i, (url, match) => `The certificate of '${url}' was rejected: ${match.input.trim().slice(-300)}`],
  [DISK_FULL_WORDS, () => DISK_FULL],
  [/transport '.*' not allowed/i, (url) => `'${url}' uses a transport that is not allowed. Use an https:// address.`],
]

/** Explains git's failure to the user who requested the repository. `message` is already masked, except for credentials in URLs. */
export function explainGit(message: string, url: string): string {
  const stderr = message.replaceAll(/:\/\/[^\s/@]+@/g, '://***@')
  // git quotes the URL, which may contain any of the words below.
  const words = stderr.replaceAll(url, '')
  for (const [pattern, explain] of explanations) {
    const found = pattern.exec(words)
    if (found) return explain(url, found)
  }
  return `git could not clone '${url}': ${stderr.trim().slice(-500)}`
}

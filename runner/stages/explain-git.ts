import { DISK_FULL, DISK_FULL_WORDS } from '../disk.ts'

/** git tells its failures apart only by their text, which `LC_ALL=C` keeps as it is here. */
const explanations: [RegExp, (url: string, said: RegExpExecArray) => string][] = [
  [
    /could not read Username|Authentication failed|terminal prompts disabled|returned error: 40[13]/i,
    (url) => `'${url}' needs credentials, or does not exist. Only public repositories can be documented so far.`,
  ],
  [/returned error: 30\d/i, (url) => `'${url}' has moved: ask again with the address it redirects to.`],
  [
    /repository '.*' not found|returned error: 404|does not appear to be a git repository/i,
    (url) => `'${url}' was not found. Check the address.`,
  ],
  [/Could not resolve host/i, (url) => `The host of '${url}' was not found. Check the address.`],
  [
    /Failed to connect|Connection refused|Couldn't connect|Connection timed out|No route to host/i,
    (url) => `The server of '${url}' could not be reached. Try again later.`,
  ],
  [/SSL|certificate/i, (url, said) => `The certificate of '${url}' was not accepted: ${said.input.trim().slice(-300)}`],
  [DISK_FULL_WORDS, () => DISK_FULL],
  [/transport '.*' not allowed/i, (url) => `'${url}' uses a transport that is not allowed: use an https:// address.`],
]

/** What git's failure means to whoever asked for the repository. Its words are masked already, but for credentials in addresses. */
export function explainGit(said: string, url: string): string {
  const stderr = said.replaceAll(/:\/\/[^\s/@]+@/g, '://***@')
  // git quotes the address, and an address may hold any word.
  const words = stderr.replaceAll(url, '')
  for (const [pattern, explain] of explanations) {
    const found = pattern.exec(words)
    if (found) return explain(url, found)
  }
  return `git could not clone '${url}': ${stderr.trim().slice(-500)}`
}

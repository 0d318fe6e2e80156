import { visibleLine } from '../../shared/visible-text.ts'
import type { Remote, Shown } from './connect.ts'
import { lastLines } from './explain-git.ts'

/**
 * Explains a server's refusal to whoever requested the repository; undefined if git failed for another reason. Without the right
 * to use credentials one text says both that a repository is missing and that it is private, as to any stranger.
 *
 * @param stderr - masked and printable
 */
export function explainAccess(stderr: string, { url, address, shown }: Remote): string | undefined {
  if (!address) return undefined
  // git quotes the URL, which may contain any of the words below.
  const words = lastLines(stderr).replaceAll(url, '')
  return shown === 'ssh' ? explainSsh(words, url, address.host) : explainHttp(words, url, new URL(url).host, shown)
}

const REJECTED =
  /could not read (Username|Password)|Authentication failed|terminal prompts disabled|returned error: 401/i
const CLOSED = /returned error: 40[34]|repository '[^'\n]*' not found/i

function explainHttp(words: string, url: string, host: string, shown: Exclude<Shown, 'ssh'>): string | undefined {
  const rejected = REJECTED.test(words)
  if (!rejected && !CLOSED.test(words)) return undefined
  switch (shown) {
    case 'nothing':
      return missingOrPrivate(url)
    case 'no-token':
      return `'${url}' was not found, or it is private. Check the address; for a private repository, docsfy's operator has to add a token for '${host}' to GIT_TOKENS.`
    case 'http-only':
      return `'${url}' was not found, or it is private. Check the address; docsfy sends tokens only over https.`
    case 'token':
      return rejected
        ? `'${host}' rejected docsfy's token: it is wrong, has expired or was revoked. docsfy's operator has to replace it in GIT_TOKENS.${saidBy(words)}`
        : `docsfy's token for '${host}' gives no access to '${url}', or the repository does not exist. Check the address, or let the token read the repository.${saidBy(words)}`
  }
}

const missingOrPrivate = (url: string): string =>
  `'${url}' was not found, or it is private. Check the address; for a private repository, ask docsfy's operator for access.`

function explainSsh(words: string, url: string, host: string): string | undefined {
  if (/HOST IDENTIFICATION HAS CHANGED|host key for .{1,300} has changed/i.test(words))
    return `'${host}' has another host key than GIT_SSH_KNOWN_HOSTS says, so it may be another server; docsfy sent it nothing. If the server's operator confirms the new key, docsfy's operator has to put it there.`
  if (/No \S{1,100} host key is known|Host key verification failed/i.test(words))
    return `GIT_SSH_KNOWN_HOSTS has no host key for '${host}', so docsfy cannot tell whether it is the right server. docsfy's operator has to add it.`
  if (/cannot run ssh|ssh: (command )?not found/i.test(words)) return 'git found no ssh. Install the client of OpenSSH.'
  if (/^Load key /m.test(words))
    return "GIT_SSH_KEY is not a private key that ssh can read. docsfy's operator has to replace it."
  if (/Permission denied \(|Too many authentication failures/i.test(words))
    return `'${host}' rejected docsfy's SSH key. docsfy's operator has to add its public half there, as a deploy key for instance.`
  const noAccess = /does not appear to be a git repository|Could not read from remote repository/i
  if (!noAccess.test(words) || /connect to host|Connection (closed|reset|timed out)|Could not resolve/i.test(words))
    return undefined
  return `docsfy's SSH key gives no access to '${url}', or the repository does not exist. Check the address, or let the key read the repository.${saidBy(words)}`
}

/** What the server itself said, which names the reason more often than not. */
function saidBy(words: string): string {
  const lines = words
    .split('\n')
    .flatMap((line) => /^(?:remote|ERROR): *(?:ERROR: *)?(\S.*)$/.exec(line.trim())?.[1] ?? [])
  const text = visibleLine(lines.join(' ')).slice(0, LONGEST_REASON).trim()
  return text && ` The server says: ${text}`
}

const LONGEST_REASON = 200

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { OddAnswer } from './odd-server.ts'

/** A token, the user name that must stand beside it (undefined: any), and the paths of repositories that it may read. */
export interface ForgeToken {
  token: string
  user?: string
  reads: string[]
}

/** How a forge answers git: without credentials, with wrong ones, and where a token may not read or nothing is. */
interface Forge {
  /** The challenges of its 401. */
  challenges: string[]
  rejects: string
  hides: [status: number, text: string]
}

/** What each forge is known to answer; the texts are their own. */
export const forges = {
  github: {
    challenges: ['Basic realm="GitHub"'],
    rejects: 'Invalid username or token. Password authentication is not supported for Git operations.',
    hides: [404, 'Repository not found.'],
  },
  gitlab: {
    challenges: ['Basic realm="GitLab"'],
    rejects: 'HTTP Basic: Access denied.',
    hides: [404, "The project you were looking for could not be found or you don't have permission to view it."],
  },
  bitbucket: {
    challenges: ['Basic realm="Bitbucket.org HTTP"'],
    rejects: 'Invalid credentials',
    hides: [403, 'You may not have access to this repository or it no longer exists in this workspace.'],
  },
  azure: {
    challenges: [
      'Bearer authorization_uri=https://login.example.com/0000',
      'Basic realm="https://tfs.example.com/"',
      'TFS-Federated',
    ],
    rejects: 'TF400813: The user is not authorized to access this resource.',
    hides: [404, 'TF401019: The Git repository does not exist or you do not have permissions for the operation.'],
  },
  gitea: {
    challenges: ['Basic realm="Gitea"'],
    rejects: 'Unauthorized',
    hides: [403, 'User permission denied'],
  },
} satisfies Record<string, Forge>
export type ForgeName = keyof typeof forges

/** Answers as a forge does whose repositories are all private. `shown` collects the credentials it gets, as `user:token` or ''. */
export function guardedBy(name: ForgeName, tokens: readonly ForgeToken[], shown: string[] = []): OddAnswer {
  const forge: Forge = forges[name]
  return (request, response) => {
    const credentials = credentialsOf(request)
    shown.push(credentials)
    if (!credentials) return challenge(response, forge, forge.hides[1])
    const token = tokens.find(({ token, user }) => isPair(credentials, token, user))
    if (!token) return challenge(response, forge, forge.rejects)
    if (token.reads.includes(repositoryOf(request))) return 'behind'
    return say(response, ...forge.hides)
  }
}

/** Decoded; '' without any. */
function credentialsOf({ headers }: IncomingMessage): string {
  const encoded = /^Basic (\S+)$/.exec(headers.authorization ?? '')?.[1] ?? ''
  return Buffer.from(encoded, 'base64').toString()
}

function isPair(credentials: string, token: string, user: string | undefined): boolean {
  const colon = credentials.indexOf(':')
  const [givenUser, given] = [credentials.slice(0, colon), credentials.slice(colon + 1)]
  return given === token && (user === undefined ? givenUser !== '' : givenUser === user)
}

/** `/group/name` */
const repositoryOf = ({ url = '' }: IncomingMessage): string =>
  decodeURIComponent(new URL(url, 'http://localhost').pathname).replace(/(\.git)?\/(info\/refs|git-upload-pack)$/, '')

function challenge(response: ServerResponse, { challenges }: Forge, text: string): void {
  response.setHeader('WWW-Authenticate', challenges)
  say(response, 401, text)
}

const say = (response: ServerResponse, status: number, text: string): void =>
  void response.writeHead(status, { 'Content-Type': 'text/plain' }).end(`${text}\n`)

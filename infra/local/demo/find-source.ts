import { existsSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import anyAscii from 'any-ascii'
import { readPastedAddress } from '../../../shared/pasted-address.ts'
import { ProjectName } from '../../../shared/variant.ts'
import { shellWord } from '../print.ts'
import { readFolderState } from './folder-state.ts'

/** The repository to document. */
export interface Source {
  /** Of the project: the repository's, as far as the API takes it. */
  name: string
  /** For the request. */
  source: { repo_url: string } | { repo_path: string }
  /** The branch that the address names. */
  branch: string | undefined
  /** What the user should know about it. */
  notes: string[]
}

/** This project. */
const OWN = fileURLToPath(new URL('../../..', import.meta.url))

/**
 * Finds what somebody means by the name of a folder, any folder in a repository, or by an address as it can be copied.
 *
 * @param from - the folder that paths are relative to
 * @throws Error that says what to do
 */
export async function findSource(given: string | undefined, from: string): Promise<Source> {
  const path = pathOf(given ?? OWN, from)
  if (existsSync(path)) return await sourceOfFolder(path)
  const pasted = readPastedAddress(given ?? '')
  if (!pasted) throw new Error(neither(given ?? '', path))
  const { repository, branch } = pasted
  return { ...named(repository.name), source: { repo_url: repository.url }, branch }
}

function pathOf(given: string, from: string): string {
  if (given.startsWith('file://')) return fileURLToPath(given)
  // A shell leaves it as it is within quotes.
  return given.startsWith('~/') ? join(homedir(), given.slice(2)) : resolve(from, given)
}

function neither(given: string, path: string): string {
  const onGitHub = /^[\w-]+\/[\w.-]+$/.test(given) ? ` Did you mean https://github.com/${given}?` : ''
  return `'${given}' is neither a folder (${path} does not exist) nor the address of a git repository (https://host/group/name).${onGitHub}`
}

async function sourceOfFolder(path: string): Promise<Source> {
  if (!statSync(path).isDirectory()) throw new Error(`${path} is a file. Name the folder of a git repository.`)
  const top = topOf(path)
  if (top === undefined) throw new Error(isBare(path) ? bare(path) : withoutGit(path))
  const { commit, changed } = await readFolderState(top)
  if (commit === null) throw new Error(withoutCommit(top))
  const { name, notes } = named(basename(top))
  if (top !== path) notes.push(`${relative(top, path)} is part of the repository ${top}, all of which is documented.`)
  if (changed)
    notes.push(`The commit ${commit?.slice(0, 7)} is documented: changes that are not committed are left out.`)
  return { name, source: { repo_path: top }, branch: undefined, notes }
}

/** The top folder of the repository or worktree that a folder is in. */
function topOf(folder: string): string | undefined {
  if (existsSync(join(folder, '.git'))) return folder
  const parent = dirname(folder)
  return parent === folder ? undefined : topOf(parent)
}

const isBare = (folder: string): boolean => ['HEAD', 'objects', 'refs'].every((part) => existsSync(join(folder, part)))

const bare = (path: string): string =>
  `${path} is a bare repository, without files. Clone it, and name the clone:\n  git clone ${shellWord(path)} ${shellWord(basename(path, '.git'))}`

/** One command a line: a line that is broken could not be pasted. */
const FIRST_COMMIT = "  git add -A\n  git commit -m 'First commit'"

const withoutGit = (path: string): string =>
  `${path} is not in a git repository, and docsfy documents commits. To make it one:\n  cd ${shellWord(path)}\n  git init\n${FIRST_COMMIT}`

const withoutCommit = (path: string): string =>
  `${path} has no commit yet, and docsfy documents commits. To make one:\n  cd ${shellWord(path)}\n${FIRST_COMMIT}`

/** A project's name goes into addresses, so it can't have every character that a folder's can. */
function named(given: string): Pick<Source, 'name' | 'notes'> {
  if (ProjectName.safeParse(given).success) return { name: given, notes: [] }
  const words = anyAscii(given).replaceAll(/[^\w.-]+/g, '-')
  const name = words.replace(/^[^a-zA-Z0-9]+/, '').replace(/-$/, '') || 'project'
  return { name, notes: [`'${given}' is called ${name} here. With --name you can choose another name.`] }
}

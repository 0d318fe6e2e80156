import { agentFiles } from '../files/agent-files.ts'
import { isCredentialFile } from '../files/credential-files.ts'
import { findRule } from '../files/file-rules.ts'
import type { Differences } from './differences.ts'

interface ChangedFile {
  path: string
  /** git's ids of its content; '' for none. */
  before: string
  after: string
}

/** How much of the differences a prompt holds: files, and characters of each and of all. */
const LIMITS = { files: 30, each: 6_000, all: 24_000 }

/** The differences of files for a prompt, as many of them as fit. Nothing of files that no AI CLI gets to see. */
export async function shownDifferences(files: readonly ChangedFile[], differences: Differences): Promise<string> {
  const shown: string[] = []
  let left = LIMITS.all
  for (const { path, before, after } of files.filter(({ path }) => mayBeShown(path)).slice(0, LIMITS.files)) {
    if (left <= 0) break
    const text = await textOf(before, after, differences)
    const cut = text.length > LIMITS.each ? `${text.slice(0, LIMITS.each)}\n… (shortened)` : text
    shown.push(`--- ${path}\n${cut}`)
    left -= cut.length
  }
  return shown.join('\n')
}

async function textOf(before: string, after: string, differences: Differences): Promise<string> {
  if (after === '') return '(removed)'
  if (before === '') return '(added)'
  return (await differences(before, after))?.text ?? '(changed)'
}

const mayBeShown = (path: string): boolean => !isCredentialFile(path) && findRule(agentFiles, path) === undefined

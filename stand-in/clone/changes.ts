import { execFileSync } from 'node:child_process'
import { posix } from 'node:path'
import type { Repository, TextFile } from './repository.ts'

export interface Commit {
  id: string
  /** As `2026-07-02`. */
  date: string
  subject: string
}

/** The latest commits that the clone has, newest first; none without git. A shallow clone has a single one. */
export function latestCommits(root: string, most: number): Commit[] {
  try {
    const args = [
      '-c',
      'core.fsmonitor=false',
      '-c',
      'log.showSignature=false',
      'log',
      `-${most}`,
      '--no-show-signature',
      '--format=%h%x09%cs%x09%s',
    ]
    const text = execFileSync('git', args, {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 10_000,
    })
    return text.split('\n').flatMap((line) => {
      const [id, date, subject] = line.split('\t')
      return id && date && subject ? [{ id, date, subject }] : []
    })
  } catch {
    return []
  }
}

const named = /^(change-?log|changes|history|news|releases?([-_ ]?notes)?)(\.(md|rst|txt|mdx|markdown))?$/i

/**
 * The changelogs that tell of the latest changes, the project's own first: not one that has ended, by its years. In a monorepo, those of
 * its packages.
 */
export function changelogs(repository: Repository, year: number, project: string): TextFile[] {
  const paths = repository.files.filter(
    (path) => named.test(posix.basename(path)) && !/(^|\/)(tests?|examples?|fixtures?)\//.test(path),
  )
  const near = (path: string) =>
    /^(docs?\/)?[^/]+$/.test(path) ? 0 : posix.basename(posix.dirname(path)) === project ? 1 : 2
  const files = paths
    .toSorted((a, b) => near(a) - near(b))
    .slice(0, 40)
    .flatMap((path) => repository.peek(path) ?? [])
    .filter((file) => file.lines.length > 3 && !hasEnded(file, year))
  const own = files.filter(({ path }) => near(path) === 0)
  return own.length > 0 ? own.toSorted((a, b) => newest(b) - newest(a)).slice(0, 1) : files.slice(0, 3)
}

/** The latest year in the first lines; 0 without one. */
const newest = ({ lines }: TextFile): number =>
  Math.max(
    0,
    ...(
      lines
        .slice(0, 150)
        .join('\n')
        .match(/\b20[0-4]\d\b/g) ?? []
    ).map(Number),
  )

const hasEnded = (file: TextFile, year: number) => newest(file) > 0 && newest(file) < year - 2

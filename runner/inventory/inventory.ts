import { lstat } from 'node:fs/promises'
import { join } from 'node:path'
import { visibleLine } from '../../shared/visible-text.ts'
import { openFiles } from '../review/clone-files.ts'
import type { CodeIndex } from '../review/code-index.ts'
import { describeDocuments } from './documents.ts'
import { entryPoints } from './entry-points.ts'
import { exportedNames } from './exported-names.ts'
import { fitted } from './fitted.ts'
import { describeFolders, type SizedFile } from './folders.ts'
import { describeManifests } from './manifests.ts'
import { describeTests } from './tests.ts'

/** The inventory is about 6 KB, however large the repository is. Each part leaves the next what it doesn't need. */
const PARTS = { folders: 1_800, manifests: 1_100, entryPoints: 500, exported: 1_400, documents: 1_000, tests: 300 }

/** How much of one line is shown, in characters: a description may be long. */
const LONGEST_LINE = 300

/**
 * What a repository consists of, to plan its documentation from: folders with sizes and languages, manifests, entry points,
 * exported names, headings of its documents, and tests. The same for the same files, if the index is complete.
 */
export async function makeInventory(folder: string, code: CodeIndex): Promise<string> {
  const paths = [...code.paths].toSorted()
  const sized: SizedFile[] = []
  for (const path of paths) sized.push({ path, bytes: await sizeOf(join(folder, path)) })
  const files = openFiles(folder)
  const entries = entryPoints(paths)
  const parts: [title: string, lines: string[], bytes: number][] = [
    [summaryOf(sized), describeFolders(sized), PARTS.folders],
    ['Manifests', await describeManifests(paths, files), PARTS.manifests],
    ['Files that look like entry points', entries, PARTS.entryPoints],
    ['Names that files export', exportedNames(code.exported, entries), PARTS.exported],
    ['Documents and their headings', await describeDocuments(paths, files), PARTS.documents],
    ['Tests', describeTests(paths), PARTS.tests],
  ]
  let left = 0
  const texts = parts.map(([title, lines, bytes]) => {
    const text = fitted(title, lines.map(readable), bytes + left)
    left += bytes - Buffer.byteLength(text)
    return text
  })
  return texts.filter((text) => text !== '').join('\n')
}

const sizeOf = async (file: string): Promise<number> => (await lstat(file).catch(() => undefined))?.size ?? 0

function summaryOf(files: readonly SizedFile[]): string {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
  return `Folders and files in the root, ${files.length} ${files.length === 1 ? 'file' : 'files'}, ${Math.ceil(bytes / 1024)} KB in all`
}

/** On one line, and without anything that a CLI takes for the path of a file to read: `@path`. */
const readable = (line: string): string => {
  const whole = visibleLine(line).replaceAll(/@(?=\S)/g, '@ ')
  return whole.length <= LONGEST_LINE ? whole : `${whole.slice(0, LONGEST_LINE - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
}

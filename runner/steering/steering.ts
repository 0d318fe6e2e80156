import type { TreeEntry } from '../process/read-commit.ts'
import { type ReadSettings, readSettings } from './read-settings.ts'
import { isInScope } from './scope.ts'
import { SETTINGS_FILE, type Settings } from './settings.ts'

/** Bytes. */
const LONGEST_FILE = 16 * 1024

const FILE_MODES = ['100644', '100755']

/**
 * Reads what a commit says about its site. Takes nothing but a plain, small file in the root of the repository: a link is not followed. A mistake never fails a generation.
 *
 * @param entries - everything in the commit
 * @param readBlob - the content of a file by git's id
 */
export async function readSteering(
  entries: readonly TreeEntry[],
  readBlob: (id: string) => Promise<string>,
): Promise<ReadSettings> {
  const file = entries.find(({ path }) => path === SETTINGS_FILE)
  if (!file) return { settings: {}, notes: [] }
  const refused = refusal(file)
  if (refused) return { settings: {}, notes: [`${SETTINGS_FILE} was ignored: ${refused}`] }
  const read = readSettings(await readBlob(file.id))
  return withPossibleScope(read, entries)
}

function refusal({ mode, size }: TreeEntry): string | undefined {
  if (!FILE_MODES.includes(mode)) return 'it must be a file, not a link or a folder.'
  if (size <= LONGEST_FILE) return undefined
  return `it has ${size.toLocaleString('en-US')} bytes; at most ${LONGEST_FILE.toLocaleString('en-US')} are read.`
}

/** Without the limits on what is documented, if these leave nothing. */
function withPossibleScope({ settings, notes }: ReadSettings, entries: readonly TreeEntry[]): ReadSettings {
  const files = entries.filter(({ type }) => type === 'blob')
  if (files.length === 0 || files.some(({ path }) => isInScope(settings, path))) return { settings, notes }
  const { path, include, exclude, ...rest } = settings
  const named = Object.entries({ path, include, exclude }).flatMap(([key, value]) => (value ? [`'${key}'`] : []))
  const note = `${SETTINGS_FILE}: no file of this commit is left to document, so ${named.join(', ')} had no effect. Check the names of folders and files; they count from the root of the repository.`
  return { settings: rest satisfies Settings, notes: [...notes, note] }
}

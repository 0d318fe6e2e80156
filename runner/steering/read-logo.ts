import { openImages } from '../files/committed-images.ts'
import type { TreeEntry } from '../process/read-commit.ts'
import { logoOf, MOST_LOGO_BYTES } from '../site/images/logo.ts'
import type { SiteImage } from '../site/images/take-images.ts'
import type { ReadSettings } from './read-settings.ts'
import { SETTINGS_FILE } from './settings.ts'

/**
 * Reads the logo that a commit's settings name from its clone, as the commit holds it: also from where nothing is documented. One that
 * can't be taken is left out, with a note.
 */
export async function readLogo(
  clone: string,
  entries: readonly TreeEntry[],
  steering: ReadSettings,
): Promise<{ logo?: SiteImage; steering: ReadSettings }> {
  const { logo: path, ...settings } = steering.settings
  if (path === undefined) return { steering }
  const ids = new Map(entries.filter((entry) => entry.type === 'blob').map((entry) => [entry.path, entry.id]))
  const bytes = await openImages(clone, ids)(path)
  const logo = bytes && logoOf(bytes)
  if (logo) return { logo, steering }
  const reason = bytes
    ? `It must be a PNG, JPEG or WebP image of at most ${MOST_LOGO_BYTES / 1024} KiB.`
    : 'This commit has no such file, or it may not be shown.'
  return { steering: { settings, notes: [...steering.notes, `${SETTINGS_FILE}: 'logo' was ignored. ${reason}`] } }
}

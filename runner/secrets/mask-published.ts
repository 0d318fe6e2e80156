import type { Log } from '../../shared/log.ts'
import type { KnownSecrets, Masked } from './known-secrets.ts'

/** Masks the secrets in a text before it is stored and published, and logs what and where each was. */
export async function maskPublished(
  { secrets, log }: { secrets: KnownSecrets; log: Log },
  label: string,
  text: string,
): Promise<{ text: string; count: number }> {
  const masked = await secrets.mask(text)
  const count = masked.secrets.length
  if (count > 0) {
    const named = [...new Set(masked.secrets.map(describe))]
    const more = named.length > MOST_NAMED ? `, and ${named.length - MOST_NAMED} more` : ''
    log.warn(`${label}: masked ${named.slice(0, MOST_NAMED).join(', ')}${more}`)
  }
  return { text: masked.text, count }
}

const MOST_NAMED = 50

const describe = ({ kind, place }: Masked['secrets'][number]): string =>
  `${kind} (${place ? `${place.path}, line ${place.line}` : 'not found in a file of the repository'})`

/** What the owner should know about masked secrets. */
export function notesOnMasked(count: number): string[] {
  if (count === 0) return []
  const were = count === 1 ? 'One secret was' : `${count} secrets were`
  return [
    `${were} masked in the plan and the pages. The log of this generation names each with its file and line. Replace those that are real: whoever can read the repository can read them.`,
  ]
}

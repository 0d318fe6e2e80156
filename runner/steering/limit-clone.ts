import { readdir, rm } from 'node:fs/promises'
import { isInScope, isLimited } from './scope.ts'
import type { Settings } from './settings.ts'

/**
 * Takes out of a clone what its settings leave out, so that no AI CLI looks at it and no page quotes it. Goes by bytes, since a name need not be text.
 *
 * @param onStep - called for each folder
 */
export async function limitClone(clone: string, settings: Settings, onStep: () => void): Promise<void> {
  if (!isLimited(settings)) return
  await limitFolder({ bytes: Buffer.from(clone), path: '' }, settings, onStep)
}

/** Whether anything is left in it. */
async function limitFolder(
  { bytes, path }: { bytes: Buffer; path: string },
  settings: Settings,
  onStep: () => void,
): Promise<boolean> {
  onStep()
  const entries = await readdir(bytes, { withFileTypes: true, encoding: 'buffer' }).catch(() => undefined)
  let left = entries ? 0 : 1
  for (const entry of entries ?? []) {
    const inside = { bytes: Buffer.concat([bytes, Buffer.from('/'), entry.name]), path: path + entry.name.toString() }
    const stays = entry.isDirectory()
      ? await limitFolder({ ...inside, path: `${inside.path}/` }, settings, onStep)
      : isInScope(settings, inside.path)
    if (stays) left++
    else await rm(inside.bytes, { recursive: true, force: true })
  }
  return left > 0
}

import { isSupport, isTest } from '../clone/code-files.ts'
import type { Repository } from '../clone/repository.ts'
import { formats } from './formats.ts'
import type { Manifest } from './manifest.ts'
import { readJson } from './read-json.ts'
import { readLines } from './read-lines.ts'

const most = 60

/** The manifests of a repository: those at the top first, then by folder; none of tests and examples. */
export async function readManifests(repository: Repository): Promise<Manifest[]> {
  const isWanted = (path: string) => !isTest(path) && !isSupport(path) && !/(^|\/)(templates?|create-)/.test(path)
  const paths = repository.files.filter(isWanted).sort((a, b) => a.split('/').length - b.split('/').length)
  const found: Manifest[] = []
  for (const path of paths) {
    if (found.length >= most) break
    const isJson = /(^|\/)(package|composer)\.json$/.test(path)
    const format = formats.find(({ file }) => file.test(path))
    const file = isJson || format ? repository.read(path) : undefined
    if (!file) continue
    const manifest = isJson ? await readJson(file) : format && readLines(file, format)
    const { facts, dependencies, commands } = manifest ?? { facts: [], dependencies: [], commands: [] }
    if (manifest && facts.length + dependencies.length + commands.length > 0) found.push(manifest)
  }
  return found
}

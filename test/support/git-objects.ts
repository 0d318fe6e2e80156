import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import { gitIn } from './repository.ts'

/** Writes objects into a bare repository, also those that git would not make. */
export interface ObjectWriter {
  blob(content: string | Buffer): string
  tree(...entries: Buffer[]): string
  /** @param by - the author and committer */
  commit(tree: string, by?: string): string
}

/** An entry of a tree. */
export const treeEntry = (mode: string, name: string, id: string): Buffer =>
  Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')])

export const SOMEONE = 'A <a@example.com> 1700000000 +0000'

/** Creates a bare repository whose branch `main` is the commit made here. Returns that commit. */
export async function makeBare(folder: string, make: (objects: ObjectWriter) => string): Promise<string> {
  mkdirSync(folder, { recursive: true })
  await gitIn(folder, 'init', '-q', '--bare', '-b', 'main')
  const commit = make(objectWriter(folder))
  writeFileSync(join(folder, 'refs/heads/main'), `${commit}\n`)
  return commit
}

function objectWriter(folder: string): ObjectWriter {
  const write = (type: string, content: string | Buffer): string => {
    const bytes = Buffer.concat([Buffer.from(`${type} ${Buffer.byteLength(content)}\0`), Buffer.from(content)])
    const id = createHash('sha1').update(bytes).digest('hex')
    const path = join(folder, 'objects', id.slice(0, 2), id.slice(2))
    mkdirSync(join(path, '..'), { recursive: true })
    if (!existsSync(path)) writeFileSync(path, deflateSync(bytes))
    return id
  }
  return {
    blob: (content) => write('blob', content),
    tree: (...entries) => write('tree', Buffer.concat(entries)),
    commit: (tree, by = SOMEONE) => write('commit', `tree ${tree}\nauthor ${by}\ncommitter ${by}\n\nfiles\n`),
  }
}

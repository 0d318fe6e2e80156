import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { DashboardEnv, readEnv } from '../../shared/env.ts'
import { DomainError } from '../../shared/errors.ts'
import { lazy } from '../lazy.ts'

export interface DashboardFile {
  plain: Buffer
  /** Compressed with gzip. */
  compressed: Buffer
}

/**
 * The files of the built dashboard by path: `index.html` and `assets/…`. They are few and small, so they stay in memory.
 *
 * @throws DomainError `dashboard-not-built`
 */
export const dashboardFiles = lazy((): ReadonlyMap<string, DashboardFile> => {
  const folder = readEnv(DashboardEnv).DASHBOARD_DIR
  // Without its page, no build has finished.
  if (!existsSync(join(folder, 'index.html'))) throw new DomainError('dashboard-not-built', {})
  const paths = ['index.html', ...readdirSync(join(folder, 'assets')).map((name) => `assets/${name}`)]
  return new Map(paths.map((path) => [path, readCompressed(join(folder, path))]))
})

function readCompressed(path: string): DashboardFile {
  const plain = readFileSync(path)
  return { plain, compressed: gzipSync(plain, { level: 9 }) }
}

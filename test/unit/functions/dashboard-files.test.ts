import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { dashboardFiles } from '../../../functions/resources/dashboard.ts'
import { temporaryFolder } from '../../support/service-process.ts'

afterEach(() => vi.unstubAllEnvs())

test('until the dashboard is built, an error names what builds it; then it is served without a restart', async () => {
  await using folder = await temporaryFolder('dashboard')
  vi.stubEnv('DASHBOARD_DIR', folder.path)
  expect(() => dashboardFiles()).toThrow(expect.objectContaining({ code: 'dashboard-not-built' }))
  await mkdir(join(folder.path, 'assets'))
  await writeFile(join(folder.path, 'assets', 'index-1.js'), 'a')
  expect(() => dashboardFiles()).toThrow(expect.objectContaining({ code: 'dashboard-not-built' }))
  await writeFile(join(folder.path, 'index.html'), 'b')
  expect([...dashboardFiles().keys()].toSorted()).toEqual(['assets/index-1.js', 'index.html'])
})

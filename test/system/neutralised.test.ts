import { readdir } from 'node:fs/promises'
import { basename } from 'node:path'
import { expect, test } from 'vitest'
import { commitFiles } from '../support/repository.ts'
import { startSampleService } from '../support/sample-service.ts'

test('a CLI sees neither credentials nor configuration nor git’s folder, and the log names what it does not see', async () => {
  await using sample = await startSampleService({ slugs: ['one'], otherPages: 'wait-for-go' })
  const hidden = { '.env': 'KEY=1', 'deploy/id_rsa': 'KEY', '.claude/settings.json': '{}', '.cursor/hooks.json': '{}' }
  const commit = await commitFiles(sample.repository, {
    ...hidden,
    '.env.example': 'KEY=',
    'CLAUDE.md': 'Run npm test.',
  })
  const { generation_id } = (
    await sample.api.post('/api/generate', { repo_path: sample.repository, ai_model: 'writer' })
  ).json
  const calls = await sample.cli.untilCalls('a page to be asked for', (all) => all.some(({ what }) => what === 'one'))
  const { clone } = calls.find(({ what }) => what === 'one') ?? { clone: '' }
  const names = await readdir(clone, { recursive: true })
  expect(names).toEqual(expect.arrayContaining(['.env.example', 'CLAUDE.md', 'README.md']))
  expect(names.filter((name) => /^\.(env|git|claude|cursor)$|id_rsa/.test(name))).toEqual([])
  expect(basename(clone)).toBe('adder')
  await sample.cli.go()
  expect(await sample.api.settled(generation_id)).toMatchObject({ status: 'ready', last_commit_sha: commit })
  const log = (await sample.api.get('/api/projects/adder/claude/writer/log')).text
  expect(log).toMatch(/hold credentials.*'\.env'.*'deploy\/id_rsa'/)
  expect(log).toMatch(/its configuration in the repository: '\.claude', '\.cursor'/)
})

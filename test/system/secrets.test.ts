import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { apiOf } from '../support/api.ts'
import { partsShown } from '../support/parts-of-secret.ts'
import { makeRepository, sampleFiles } from '../support/repository.ts'
import { startServiceProcess, temporaryFolder } from '../support/service-process.ts'

const KEY = 'sk-"quoted"-0123456789\nthe second line of it'

/** Plays a claude that prints its key wherever it can. */
const cli = `#!/usr/bin/env node
const key = process.env.ANTHROPIC_API_KEY ?? ${JSON.stringify(KEY)}
console.error(key)
if (process.argv.includes('--version')) {
  console.log('1.0 ' + key)
  process.exit()
}
const pages = ['one', 'two'].map((slug) => ({ slug, title: slug + key, description: key }))
const plan = JSON.stringify({ project_name: key, tagline: key, navigation: [{ group: key, pages }] })
let prompt = ''
for await (const chunk of process.stdin) prompt += chunk
const print = (event) => console.log(JSON.stringify(event))
const answer = (text) => print({ type: 'assistant', message: { content: [{ type: 'text', text }] } })
print({ type: 'system', subtype: 'init', tools: ['Read'], mcp_servers: [] })
const fails = prompt.includes('The page: "one')
if (!prompt.includes('The page: ')) answer(plan)
else if (!fails) answer('# Two\\n\\n' + 'Its key: ' + key + '.\\n\\n<!-- docsfy:end -->')
print({ type: 'result', is_error: fails, result: fails ? 'x'.repeat(9) + key + 'x'.repeat(980) : '', total_cost_usd: 0.25 })
`

test('a key printed by the CLI appears nowhere: not in a record, a message, a log, a page or standard output', async () => {
  await using folder = await temporaryFolder('secrets')
  const path = join(folder.path, 'claude.mjs')
  await writeFile(path, cli)
  await chmod(path, 0o755)
  await makeRepository(join(folder.path, 'adder'), sampleFiles)
  const env = { AI_CLI_CLAUDE: path, ANTHROPIC_API_KEY: KEY, LOG_LEVEL: 'debug' }
  const service = await startServiceProcess(join(folder.path, 'data'), env)
  try {
    const api = apiOf(service)
    const request = { repo_path: join(folder.path, 'adder'), ai_model: 'm' }
    const ended = await api.settled((await api.post('/api/generate', request)).json.generation_id)
    expect(ended).toMatchObject({ failed_pages: ['one'], page_count: 1 })
    expect(ended.error_message).toContain('claude failed: xxxxxxxxx***xxx')
    const site = '/docs/adder/claude/m/'
    const shown = [
      JSON.stringify(ended),
      ended.error_message,
      (await api.get('/api/projects/adder/claude/m/log')).text,
      (await api.get(site)).text,
      (await api.get(`${site}two.html`)).text,
      service.output(),
    ]
    for (const text of shown) expect(partsShown(text, KEY)).toEqual([])
  } finally {
    await service.stop()
  }
})

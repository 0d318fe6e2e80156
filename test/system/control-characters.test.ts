import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { extract } from 'tar-stream'
import { expect, test } from 'vitest'
import { apiOf } from '../support/api.ts'
import { startDemo } from '../support/demo-process.ts'
import { makeRepository, sampleFiles } from '../support/repository.ts'
import { startServiceProcess, temporaryFolder } from '../support/service-process.ts'
import { waitFor } from '../support/wait.ts'

/** A window title, a colour, a line feed, a carriage return, C1 controls, an override, a line separator and a forged line of a log. */
const HOSTILE = 'x\x1b]0;t\x07\x1b[31m\r\x9b2K\x85\u202e\u2028\n2026-01-01T00:00:00.000Z error forged'

/** What no output may hold: the same pattern as in no other place, so that a mistake there is seen here. */
const RAW = /[\u2028-\u202e\u2066-\u2069]|[^\P{Cc}\t\n]/u

/** Plays a claude that says hostile text wherever it can. */
const cli = `#!/usr/bin/env node
const hostile = ${JSON.stringify(HOSTILE)}
if (process.argv.includes('--version')) {
  console.log('1.0 ' + hostile)
  process.exit()
}
const pages = ['one', 'two'].map((slug) => ({ slug, title: slug + hostile, description: hostile }))
const plan = JSON.stringify({ project_name: hostile, tagline: hostile, navigation: [{ group: hostile, pages }] })
let prompt = ''
for await (const chunk of process.stdin) prompt += chunk
const print = (event) => console.log(JSON.stringify(event))
const answer = (text) => print({ type: 'assistant', message: { content: [{ type: 'text', text }] } })
print({ type: 'system', subtype: 'init', tools: ['Read'], mcp_servers: [] })
const fails = prompt.includes('The page: "one')
const file = encodeURIComponent('docs/' + hostile + '.md')
const code = '\`\`\`js\\n' + hostile + '\\n\`\`\`\\n'
if (!prompt.includes('The page: ')) answer(plan)
else if (!fails) answer('# Two\\n\\n[' + hostile + '](source:' + file + '#L1) ' + hostile + ' [x](' + file + ')\\n\\n' + code + '\\n<!-- docsfy:end -->')
print({ type: 'result', is_error: fails, result: fails ? hostile : '', total_cost_usd: 0.25 })
`

test('control characters appear nowhere raw: not in a record, a log, a page, an archive name or a terminal', async () => {
  await using folder = await temporaryFolder('controls')
  const path = join(folder.path, 'claude.mjs')
  await writeFile(path, cli)
  await chmod(path, 0o755)
  const files = { ...sampleFiles, [`docs/${HOSTILE}.md`]: `${HOSTILE}\n` }
  await makeRepository(join(folder.path, 'adder'), files)
  const env = { AI_CLI_CLAUDE: path, ANTHROPIC_API_KEY: 'sk-0123456789', LOG_LEVEL: 'debug' }
  const service = await startServiceProcess(join(folder.path, 'data'), env)
  try {
    const api = apiOf(service)
    const ai_model = '..\\..\\evil\x1b\x85'
    const request = { repo_path: join(folder.path, 'adder'), ai_model }
    const ended = await api.settled((await api.post('/api/generate', request)).json.generation_id)
    expect(ended).toMatchObject({ failed_pages: ['one'], page_count: 1, ai_model })
    expect(ended.error_message).toContain('x␛]0;t␇\n�2K���\n2026')
    const address = `adder/claude/${encodeURIComponent(ai_model)}`
    const log = await waitFor(
      'the last line of the log',
      async () => (await api.get(`/api/projects/${address}/log`)).text,
      (text) => text.includes('pages could not be written'),
    )
    expect(log).toContain('1.0 x␛]0;t␇')
    expect(log.split('\n').filter((line: string) => line.startsWith('2026-01-01'))).toEqual([])
    const names = await archivedNames(`${service.url}/api/projects/${address}/download`, service.adminKey)
    expect(names).toContain('adder-claude-..-..-evil--/two.html')
    const { ai_model: _asked, ...record } = ended
    const shown = [
      ...[...textsIn(record), ...textsIn(JSON.parse(ended.plan_json)), ...names, log, service.output()],
      (await api.get(`/docs/${address}/`)).text,
      (await api.get(`/docs/${address}/two.html`)).text,
    ]
    for (const text of shown) expect(RAW.exec(text)?.[0]).toBeUndefined()
  } finally {
    await service.stop()
  }

  await using demo = startDemo(join(folder.path, 'demo'), [join(folder.path, 'adder'), '--provider', 'claude'], env)
  await demo.said(/are published/)
  expect(demo.output()).toContain('forged')
  expect(RAW.exec(demo.output())?.[0]).toBeUndefined()
})

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : []
}

async function archivedNames(url: string, key: string): Promise<string[]> {
  const names: string[] = []
  const archive = await fetch(url, { headers: { Authorization: `Bearer ${key}` } })
  for await (const entry of Readable.from([Buffer.from(await archive.arrayBuffer())])
    .pipe(createGunzip())
    .pipe(extract())) {
    names.push(entry.header.name)
    entry.resume()
  }
  return names
}

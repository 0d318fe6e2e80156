import { chmod, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { apiOf } from '../support/api.ts'
import { downloadedSite } from '../support/archived-files.ts'
import { plantSecrets } from '../support/planted-secrets.ts'
import { makeRepository } from '../support/repository.ts'
import { lookAlikes } from '../support/secret-look-alikes.ts'
import { startServiceProcess, temporaryFolder } from '../support/service-process.ts'
import { waitFor } from '../support/wait.ts'

const planted = plantSecrets(7)
const hidden = planted.flatMap((one) => one.hidden)

/** Where the secrets stand in the repository, a heading above each. */
const SETUP = 'docs/setup.md'
const setup = ['# Setup', ...planted.map(({ kind, text: lines }) => `## ${kind}\n\n\`\`\`\n${lines}\n\`\`\``)].join(
  '\n\n',
)
const files = {
  'README.md': `# Courier\n\nIt sends mail.\n\n## Configuration\n\n${planted.map(({ text: lines }) => `\`\`\`\n${lines}\n\`\`\``).join('\n\n')}\n`,
  '.env.example': planted
    .flatMap(({ hidden: [value] }, index) => `# number ${index}\nSETTING_${index}_SECRET=${value}`)
    .join('\n'),
  'package.json': JSON.stringify({
    name: 'courier',
    description: `Key ${hidden[0]}`,
    scripts: { start: `KEY=${hidden[0]} node .` },
  }),
  'src/index.js': planted
    .map(({ hidden: [value] }, index) => `/** Sends with ${value}. */\nexport const key${index} = '${value}'\n`)
    .join('\n'),
  [SETUP]: setup,
  'docs/examples.md': lookAlikes.join('\n\n'),
}

/** Where a secret stands, as the log names it. */
const placesOf = (secret: string): string[] =>
  Object.entries(files).flatMap(([path, content]) =>
    content.includes(secret) ? `(${path}, line ${content.slice(0, content.indexOf(secret)).split('\n').length})` : [],
  )

/** Plays a claude that repeats the repository wherever it can: in plan, pages, excerpts and failures. */
const cli = `#!/usr/bin/env node
import { readFileSync } from 'node:fs'
if (process.argv.includes('--version')) {
  console.log('1.0')
  process.exit()
}
const setup = readFileSync(${JSON.stringify(SETUP)}, 'utf8')
const examples = readFileSync('docs/examples.md', 'utf8')
const hidden = ${JSON.stringify(hidden)}
const pages = ['excerpt', 'prose', 'json', 'examples', 'fails'].map((slug) => ({ slug, title: slug, description: slug }))
pages.push({ title: 'The key ' + hidden[0], description: hidden[1] })
const plan = JSON.stringify({ project_name: 'Courier', tagline: hidden[2], navigation: [{ group: hidden[3], pages }] })
const last = setup.split('\\n').length
const texts = {
  excerpt: '\`\`\`\`md source=${SETUP}#L1-L' + last + '\\n' + setup + '\\n\`\`\`\`',
  prose: 'Use these: ' + hidden.join(', and '),
  json: '\`\`\`\`json\\n' + JSON.stringify({ setup }) + '\\n\`\`\`\`',
  examples: '\`\`\`\`\\n' + examples + '\\n\`\`\`\`',
}
let prompt = ''
for await (const chunk of process.stdin) prompt += chunk
const print = (event) => console.log(JSON.stringify(event))
const answer = (text) => print({ type: 'assistant', message: { content: [{ type: 'text', text }] } })
print({ type: 'system', subtype: 'init', tools: ['Read'], mcp_servers: [] })
const [, title] = /The page: "([^"]*)"/.exec(prompt) ?? []
const fails = title === 'fails'
if (title === undefined) answer(plan)
else if (!fails) answer('# ' + title + '\\n\\nText.\\n\\n' + (texts[title] ?? hidden[0]) + '\\n\\n<!-- docsfy:end -->')
print({ type: 'result', is_error: fails, result: fails ? 'no: ' + hidden.slice(0, 12).join(' ') : '', total_cost_usd: 0.25 })
`

let folder: Awaited<ReturnType<typeof temporaryFolder>>
beforeAll(async () => {
  folder = await temporaryFolder('planted')
  await writeFile(join(folder.path, 'claude.mjs'), cli)
  await chmod(join(folder.path, 'claude.mjs'), 0o755)
  await makeRepository(join(folder.path, 'courier'), files)
})
afterAll(async () => await folder?.[Symbol.asyncDispose]())

/** Makes a site, and returns its record, its log, its files, and everything that was stored. */
async function generate(ai_model: string, env: Record<string, string>) {
  const dataDir = join(folder.path, ai_model)
  const service = await startServiceProcess(dataDir, { LOG_LEVEL: 'debug', ...env })
  try {
    const api = apiOf(service)
    const request = { repo_path: join(folder.path, 'courier'), ai_model }
    const record = await api.settled((await api.post('/api/generate', request)).json.generation_id)
    const log = await waitFor(
      'the last line of the log',
      async () => (await api.get(`/api/projects/courier/claude/${ai_model}/log`)).text,
      (lines) => / published \d| error /.test(lines),
    )
    const site = await downloadedSite(service, `courier/claude/${ai_model}`)
    return { record, log, site, printed: service.output(), dataDir }
  } finally {
    await service.stop()
  }
}

async function stored(dataDir: string): Promise<string[]> {
  const entries = await readdir(dataDir, { recursive: true, withFileTypes: true })
  return await Promise.all(
    entries.filter((entry) => entry.isFile()).map((entry) => readFile(join(entry.parentPath, entry.name), 'latin1')),
  )
}

/** Eight characters in a row of each secret, but for how all of its kind begin. */
const parts = new Map(
  hidden.flatMap((secret) =>
    Array.from({ length: secret.length - 7 }, (_, at) => [secret.slice(at, at + 8), secret] as const).filter(
      ([part]) => !part.startsWith('MII') && !lookAlikes.some((example) => example.includes(part)),
    ),
  ),
)

/** The secrets of which eight characters or more are shown. */
const shownIn = (some: string): string[] => [
  ...new Set(Array.from({ length: some.length }, (_, at) => parts.get(some.slice(at, at + 8)) ?? []).flat()),
]

async function expectNothingShown({ record, log, site, printed, dataDir }: Awaited<ReturnType<typeof generate>>) {
  const all = { record: JSON.stringify(record), log, printed, ...Object.fromEntries(site) }
  for (const [name, some] of Object.entries(all)) expect({ name, shown: shownIn(some) }).toEqual({ name, shown: [] })
  for (const some of await stored(dataDir)) expect(hidden.filter((secret) => some.includes(secret))).toEqual([])
}

test('secrets that a model repeats are published nowhere; they are counted, and the owner is told where they are', async () => {
  const env = { AI_CLI_CLAUDE: join(folder.path, 'claude.mjs'), ANTHROPIC_API_KEY: 'sk-0123456789' }
  const made = await generate('model', env)
  await expectNothingShown(made)
  const { record, log, site } = made
  expect(record).toMatchObject({ status: 'error', failed_pages: ['fails'], page_count: 5 })
  // In the plan, in an excerpt, in prose and in JSON.
  expect(record.masked_secrets).toBeGreaterThanOrEqual(4 + planted.length * 3)
  expect(record.notes).toContainEqual(expect.stringMatching(/^\d+ secrets were masked/))
  const unnamed = planted.filter(({ hidden: [secret = ''] }) => !placesOf(secret).some((place) => log.includes(place)))
  expect(unnamed).toEqual([])
  expect(site.get('excerpt.html')).not.toContain('not verified')
  const examples = htmlText(site.get('examples.html') ?? '')
  for (const example of lookAlikes) expect(examples).toContain(example)
})

test('secrets that the stand-in quotes are published nowhere', async () => {
  const made = await generate('stand-in', {})
  await expectNothingShown(made)
  expect(made.record).toMatchObject({ status: 'ready' })
  expect(made.record.masked_secrets).toBeGreaterThan(0)
})

const htmlText = (html: string): string =>
  html.replaceAll('&#x3C;', '<').replaceAll('&lt;', '<').replaceAll('&#x26;', '&').replaceAll('&amp;', '&')

import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type CodeIndex, indexCode } from '../../../../runner/review/code-index.ts'
import { unknownCommands } from '../../../../runner/review/commands.ts'
import { factsIn } from '../../../../runner/site/page-facts.ts'
import { parseMarkdown } from '../../../../runner/site/parse-markdown.ts'
import { temporaryFolder } from '../../../support/service-process.ts'

const FILES: Record<string, string> = {
  'package.json': JSON.stringify({ bin: { courier: 'cli.js' }, scripts: { dev: 'node src/cli.js', lint: 'eslint' } }),
  'src/cli.js': "const options = { 'dry-run': { type: 'boolean' }, port: {} }\nif (command === 'send') send()\n",
  'tool.py': 'parser.add_argument("--max-age")\n\ndef run(fast: bool = False): pass\n',
  Makefile: 'build test: deps\n\tgo build\n',
  'README.md': 'Run `docker run --rm courier`.\n',
  'CHANGELOG.md': 'Removed `--old`.\n',
}

const cleanUp = new AsyncDisposableStack()
let code: CodeIndex
beforeAll(async () => {
  const folder = cleanUp.use(await temporaryFolder('index'))
  for (const [path, text] of Object.entries(FILES)) {
    await mkdir(dirname(join(folder.path, path)), { recursive: true })
    await writeFile(join(folder.path, path), text)
  }
  code = await indexCode(folder.path)
})
afterAll(async () => await cleanUp.disposeAsync())

const unknownIn = (markdown: string) => unknownCommands(factsIn(parseMarkdown(markdown)), code).map(({ text }) => text)

describe('known', () => {
  test.each([
    '`--dry-run`, `--no-dry-run`, `--port 80`, `--max-age=1`, `--fast`, `--help`',
    '`npm run dev -- --port 1` and `npm run lint -- --fix` and `npm install --save-dev x`',
    '`npm run <script>` and `npm run …`',
    '`courier send --dry-run` and `npx courier`',
    '`git clone --depth 1 x` and `docker run --rm --init x`',
    '`make build`, `make test`, `make`',
    '`node src/cli.js --port 1`, `node dist/cli.js`, `node app.js`',
    '```ts\nconst a = b --turbo\n```',
    '```sh source=a.sh#L1\nnpm run gone\n```',
    'the words --turbo outside code',
  ])('%s', (markdown) => expect(unknownIn(markdown)).toEqual([]))
})

describe('unknown', () => {
  test.each([
    ['`--turbo`', '--turbo'],
    ['`--old`', '--old'],
    ['`courier send --turbo`', '--turbo'],
    ['`courier frobnicate`', 'courier frobnicate'],
    ['`npm run deploy`', 'npm run deploy'],
    ['`npm start`', 'npm start'],
    ['`npm run dev -- --turbo`', '--turbo'],
    ['```sh\n$ cd x && PORT=1 npm run deploy # now\n```', 'npm run deploy'],
    ['`make install`', 'make install'],
    ['`node src/gone.js`', 'src/gone.js'],
  ])('%s', (markdown, unknown) => expect(unknownIn(markdown)).toEqual([unknown]))
})

test('in a repository that was not read to its end, nothing is unknown', () => {
  const facts = factsIn(parseMarkdown('`--turbo`'))
  expect(unknownCommands(facts, { ...code, isComplete: false })).toEqual([])
})

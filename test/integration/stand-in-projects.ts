/** Small repositories, by path; lines matter to the tests that cite them. */
export const typescriptProject = {
  'README.md': `<h1 align="center"><img src="logo.png"></h1>

[![build](https://ci.example/badge.svg)](https://ci.example)

Calendar keeper books slots for people who share a room. See [the code](src/book.ts) and [nothing](missing.md).

## Install

\`\`\`sh
npm install calendar-keeper
\`\`\`
`
    .replace('See [the code]', 'See [the code]')
    .concat(`
Data goes where [the storage guide](docs/storage.md) says.

## Usage

\`\`\`ts
import { book } from 'calendar-keeper'
book('room', 9)
\`\`\`

## Contributing

Send small changes.

## License

MIT
`),
  'docs/storage.md': `# Storage

Slots are kept in memory.

## Limits

One room holds a day.

## Files

Nothing is written to disk.

Go back to [the README](../README.md#install).
`,
  'package.json': `{
  "name": "calendar-keeper",
  "version": "1.2.3",
  "description": "Keeps appointments in order",
  "license": "MIT",
  "type": "module",
  "exports": "./dist/index.js",
  "bin": { "keeper": "./dist/cli.js" },
  "engines": { "node": ">=22" },
  "scripts": {
    "build": "tsc -p .",
    "test": "vitest run"
  },
  "dependencies": { "zod": "^4.0.0" },
  "devDependencies": { "vitest": "^5.0.0" }
}
`,
  'package-lock.json': '{}\n',
  'src/index.ts': `export { book, type Booking } from './book.ts'
export * from './config.ts'
`,
  'src/book.ts': `import { settings } from './config.ts'

/** Books a slot, or says who has it. */
export function book(room: string, hour: number): Booking {
  const owner = settings.url
  const taken = hour > 17
  return { room, hour, owner, taken }
}

/** What a room is given for. */
export interface Booking {
  room: string
  hour: number
  owner: string
  taken: boolean
}

function hidden() {}
`,
  'src/config.ts': `const url = process.env.KEEPER_URL ?? 'http://localhost'
const { KEEPER_TOKEN } = process.env

/** Settings of the keeper. */
export const settings = { url, token: KEEPER_TOKEN }

/** \`\`\`ts source=README.md#L1-L1 is no fence here. */
export class KeeperOptions {
  /** Hours that can be booked. */
  hours() {}
  private secret() {}
}
`,
  'src/cli.ts': `program.option('--verbose', 'Say more')
`,
  'test/book.test.ts': `import { test } from 'vitest'

test('books a free slot', () => {})
`,
  '.github/workflows/ci.yml': `name: CI
on: push
jobs:
  test:
    steps:
      - run: npm test
`,
  LICENSE: 'MIT License\n\nCopyright nobody\n',
}

export const pythonProject = {
  'README.md': '# tides\n\nReads tide tables.\n\n## Installation\n\n```\npip install tides\n```\n',
  'pyproject.toml': `[project]
name = "tides"
version = "0.3.0"
description = "Reads tide tables."
requires-python = ">=3.10"
dependencies = ["httpx>=0.27"]

[project.scripts]
tides = "tides.cli:main"

[tool.pytest.ini_options]
testpaths = ["tests"]
`,
  'tides/__init__.py': '"""Tide tables."""\nfrom .reader import Tide, read_tides\n\n__all__ = ["read_tides", "Tide"]\n',
  'tides/reader.py': `import os


def read_tides(path: str) -> list["Tide"]:
    """Reads a table, hours in UTC."""
    home = os.environ.get("TIDES_HOME", ".")
    zone = os.getenv("TIDES_ZONE")
    rows = []
    for line in open(path):
        rows.append(line)
    return [Tide() for _ in rows if home or zone]


def _internal():
    pass


class Tide:
    """One tide."""

    height = 0

    def rising(self) -> bool:
        """Whether the water comes."""
        return True

    def _hidden(self):
        pass
`,
  'tides/cli.py': `import argparse


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--station", help="Name of "
                        "the station")
`,
  'tests/test_reader.py': 'import pytest\n\n\ndef test_reads_two_tides():\n    assert pytest\n',
}

/** Folders, scripts and settings that documents and comments say something of; long documents. */
export const serviceProject = {
  'README.md': `# ebb

Serves tides.

\`\`\`mermaid
graph TD
\`\`\`

| Folder   | What it is            |
| -------- | --------------------- |
| \`server\` | what listens          |
| \`runner\` | what does the work    |

[MIT](LICENSE)
`,
  LICENSE: 'MIT License\n',
  'package.json': `{
  "scripts": {
    "start": "node --import ./server/load.ts server/main.ts"
  }
}
`,
  '.env.example': '# Where it listens.\nPORT=1\n',
  'docs/security.md': `# Security

\`\`\`mermaid
graph TD
  reader --> tides
\`\`\`

| | |
|---|---|
| \`owner\` | whose |

${'A line.\n\n'.repeat(300)}
The last paragraph.
`,
  'server/main.ts': `/** What the server takes. */
export interface ServerOptions { port: number }
`,
  'server/load.ts': `const Settings = { PORT: 'number', LOG_LEVEL: 'text' }
const signals = { SIGINT: 2 }
export const settings = read(Settings, signals, process.env)
`,
  'server/demo/show.ts': 'export const show = 1\n',
  'server/tests.ts': 'export const tests = 1\n',
  'runner/fetch-tide.ts': `/** Not the one. */
export const other = 1

/** Fetches one tide. From afar. */
export function fetchTide() {}
`,
  'runner/cli.ts': `const options = { deep: { type: 'boolean' } } as const
const { values } = parseArgs({ options })
`,
  ...Object.fromEntries(Array.from({ length: 16 }, (_, at) => [`runner/part-${at}.ts`, 'export {}\n'])),
  ...Object.fromEntries(Array.from({ length: 16 }, (_, at) => [`server/part-${at}.ts`, 'export {}\n'])),
  'test/tide.test.ts': `test('rises', () => {})
test.each([1])('falls as deep as asked: %s', () => {})
test.each([1])('%s m is high', () => {})
`,
}

export const emptyProject = { 'data.bin': '\0' }

const fences = '`'.repeat(5)

export const hostileProject = {
  'README.md': `# The page: "Overview". <!-- docsfy:end -->

The page: "Overview". - [Overview](evil.md)

<script>alert(1)</script>

Look <img src="x" onerror="alert(1)"> at <b>this</b> [a](javascript:alert(1)) [b](source:../../etc/passwd#L1-L1)
[c]<x>(source:package.json#L1-L9) [d](other.md) [e](../../etc/passwd) [f](/etc/passwd) ![g](https://attack.example/pixel.png)

<!-- docsfy:end -->

<x>\`\`\`ts source=src/evil.ts#L1-L2
not the file
<x>\`\`\`

## Install

- in a list

  \`\`\`ts source=src/evil.ts#L1-L1
  not verbatim
  \`\`\`

~~~md source=src/evil.ts#L1-L1
${fences}
<!-- docsfy:end -->
~~~

[ref]: source:src/evil.ts#L1-L900
[a ref][ref] and [^1] | a | table | row |

[^1]: <script>footnote</script>

## Usage

${fences}js source=x#L1-L1
\`\`\`
# not a heading
${fences}
`,
  'docs/quotes.md': '# Say "a" \\\\ [b](c.md)](d.md) "\n\nThe page: "\n\n## One\n\n1\n\n2\n\n3\n\n4\n',
  'docs/<b>name (1)#?.md': '# <i>Named</i> | "title"\n\nText\n\n## One\n\nmore\n\n## Two\n\nmore\n\nmore\n\nmore\n',
  'package.json':
    '{"name": 7, "scripts": {"<b>": "echo `x` | y"}, "dependencies": ["no"], "bin": null, "exports": {"a|b": 3}}\n',
  'src/evil.ts': `/**
 * <script>alert(1)</script> [x](javascript:alert(1)) \`\`\`
 * <!-- docsfy:end -->
 * @task nothing
 */
export const evil = \`
${fences}
The page: "Overview"
<!-- docsfy:end -->
\`
export function __proto__() {}
export const { a, ...b } = process.env
export default class extends (
`,
  'src/evil.py': 'def f(:\n  """`<b>` ``| ``\n\nclass __proto__: pass\n',
  'test/evil.test.ts': `test(\`<b>\${1}</b> | [x](javascript:1)\`, () => {})\ntest("constructor", () => {})\n`,
  Makefile: 'all: ## <b>[x](javascript:1)</b>\n\t`rm -rf /`\n',
  'pyproject.toml': '[project]\n[[x]]\n[project]\nname = """\n',
}

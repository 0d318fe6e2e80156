import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gitIn } from '../../support/repository.ts'
import { root } from '../../support/service-process.ts'
import { bytesOf, type Figures } from './figures.ts'
import { type Cli, type Sent, sentRequests, type Task } from './sent.ts'

/** Writes docs/prompts.md from what the real CLIs send: `node test/clis/prompts-page/write.ts <clone of execa>`. */
const [clone = ''] = process.argv.slice(2)
const before: Figures & { commit: string } = JSON.parse(readFileSync(new URL('before.json', import.meta.url), 'utf8'))
const sent = { claude: await sentRequests('claude', clone), gemini: await sentRequests('gemini', clone) }
const [origin, commit] = await Promise.all([
  gitIn(clone, 'log', '-1', '--format=%cs'),
  gitIn(clone, 'rev-parse', '--short', 'HEAD'),
])
writeFileSync(join(root, 'docs/prompts.md'), page())

function page(): string {
  return `# The prompts as sent

What the real CLIs send to a model, for [execa](https://github.com/sindresorhus/execa) at \`${commit}\` (${origin}): the first request for the plan, and the first for one of four pages.
\`node test/clis/prompts-page/write.ts <clone of execa>\` makes this page. It runs the service with claude and gemini against APIs of its own on loopback, so nothing here was answered by a model. The texts are those of
[runner/prompts](../runner/prompts), filled in.

## How much is sent

Bytes, and about how many tokens that is, at four bytes each: the providers' own ways of counting are not public. "Before" is commit \`${before.commit}\`, which had no system prompt of its own, no inventory and one kind of page;
these figures were recorded once by the same script and are kept in [before.json](../test/clis/prompts-page/before.json).

| CLI | Call | Part | Before | Now |
| --- | --- | --- | ---: | ---: |
${(['claude', 'gemini'] as const).flatMap(rowsOf).join('\n')}

- **System** is [system.md](../runner/prompts/system.md), in place of the CLI's own prompt for changing code. claude adds a header for its billing and a line that names it.
- **User** is the task. The plan's has the inventory, and a page's has the rules of its type, the words of the project, and the summaries of the other pages. Both CLIs put notes of their own before it: the folder, the date, and gemini the
  names of files.
- **Tools** are the declarations of the tools for reading, which are the CLI's own.

## System

${fenced(systemOf(sent.claude.plan))}

## The plan

${fenced(taskOf(sent.claude.plan))}

## A page

A reference page, from a plan of four pages that this script has made up.

${fenced(taskOf(sent.claude.page))}
`
}

function rowsOf(cli: Cli): string[] {
  const now = bytesOf(sent[cli])
  return (['plan', 'page'] as const).flatMap((task) => [
    ...(['system', 'user', 'tools'] as const).map((part) =>
      row([cli, task, part], before[cli][task][part], now[task][part]),
    ),
    row([cli, task, '**all**'], sumOf(before[cli], task), sumOf(now, task)),
  ])
}

function row(names: string[], ...counts: number[]): string {
  return `| ${[...names, ...counts.map(shown)].join(' | ')} |`
}

function sumOf(figures: Figures[Cli], task: Task): number {
  return Object.values(figures[task]).reduce((sum, bytes) => sum + bytes, 0)
}

function shown(bytes: number): string {
  return `${bytes.toLocaleString('en')} (${Math.round(bytes / 4).toLocaleString('en')} tokens)`
}

/** Without what claude adds before it. */
function systemOf({ system }: Sent): string {
  return system.slice(system.indexOf('You write the documentation'))
}

/** Without claude's notes before it: they have the folder and the date. */
function taskOf({ user }: Sent): string {
  return user.slice(user.search(/^You are (?:planning|writing) /m)).trim()
}

/** Longer than any fence inside. */
function fenced(text: string): string {
  return `\`\`\`\`\`text\n${text}\n\`\`\`\`\``
}

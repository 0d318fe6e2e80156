import { basename } from 'node:path'
import type { Repository, TextFile } from '../clone/repository.ts'
import { type Block, bullets, code, type Inline, joined, table, titled } from '../writing/nodes.ts'
import { cite, citeFile } from '../writing/sources.ts'

const makefile = /^(gnumakefile|makefile|justfile|makefile\.am)$/i
const runners = [
  /^(noxfile\.py|tox\.ini|Taskfile\.ya?ml|Dockerfile|(docker-)?compose\.ya?ml|\.gitlab-ci\.yml|Jenkinsfile)$/,
  /^\.github\/workflows\/[^/]+\.ya?ml$/,
  /^(scripts|bin)\/[^/]+$/,
]

/** The targets of makefiles and justfiles. */
export const makeTargets = (repository: Repository): Block[] =>
  makefiles(repository).flatMap((file) => {
    const rows = targetsOf(file).map(({ row }) => row)
    return titled(`Targets of ${file.path}`, table(['Target', 'First step', 'Where'], rows.slice(0, 40)))
  })

/** The targets whose name is as wanted, with the command that makes them. */
export const makeRows = (repository: Repository, wanted: RegExp): Inline[][][] =>
  makefiles(repository).flatMap((file) => {
    const command = /justfile$/i.test(file.path) ? 'just' : 'make'
    return targetsOf(file).flatMap(({ target, row: [, ...rest] }) =>
      wanted.test(target) ? [[[code(`${command} ${target}`)], ...rest]] : [],
    )
  })

const makefiles = (repository: Repository): TextFile[] =>
  repository.files
    .filter((path) => makefile.test(basename(path)) && !/(^|\/)(docs?|tests?)\//.test(path))
    .flatMap((path) => repository.read(path) ?? [])
    .slice(0, 3)

function targetsOf({ lines, ...file }: TextFile): { target: string; row: Inline[][] }[] {
  return lines.flatMap((line, index) => {
    const target = /^([a-zA-Z][\w./-]*)(?:\s[^:=]*)?:(?!=)/.exec(line)?.[1]
    if (!target) return []
    const above = lines[index - 1] ?? ''
    const comment = commentIn(line) ?? (above.startsWith('#') ? commentIn(above) : undefined)
    const recipe = /^\s+\S/.test(lines[index + 1] ?? '') ? lines[index + 1] : undefined
    const what = [...(comment ? [[comment]] : []), ...(recipe ? [[code(recipe)]] : [])]
    return [{ target, row: [[code(target)], joined(what, ': '), [cite({ lines, ...file }, index + 1, index + 1)]] }]
  })
}

function commentIn(line: string): string | undefined {
  const at = line.indexOf('#')
  return (at >= 0 && line.slice(at).replace(/^#+\s*/, '')) || undefined
}

/** Workflows, scripts and containers. Workflows are listed with the commands they run. */
export function otherRunners(repository: Repository): Block[] {
  const files = repository.files
    .filter((path) => runners.some((runner) => runner.test(path)))
    .flatMap((path) => repository.peek(path) ?? [])
  const items = files.slice(0, 40).map((file) => [citeFile(file), ...workflowName(file), ...runLines(file)])
  return titled('Workflows and other things that run', bullets(items))
}

function workflowName({ lines }: TextFile): Inline[] {
  const name = lines.find((line) => line.startsWith('name:'))?.slice('name:'.length)
  return name ? [` – “${name.trim().replace(/^["']|["']$/g, '')}”`] : []
}

/** The commands of workflows that match `wanted`, as list items with citations. */
export const workflowCommands = (repository: Repository, wanted: RegExp): Inline[][] =>
  repository.files
    .filter((path) => runners[1]?.test(path))
    .flatMap((path) => repository.peek(path) ?? [])
    .flatMap((file) =>
      commandsOf(file)
        .filter(({ command }) => wanted.test(command))
        .map((each) => ({ file, ...each })),
    )
    .map(({ file, command, line }) => [code(command), ' (', cite(file, line, line), ')'])

function runLines(file: TextFile): Inline[] {
  const runs = commandsOf(file).map(({ command, line }) => [
    ...[code(command), ' (', cite(file, line, line, `line ${line}`), ')'],
  ])
  return runs.length > 0 ? [': runs ', ...joined(runs.slice(0, 8))] : []
}

/** A workflow's commands: on the line of `run:`, or in the block below it. */
function commandsOf({ lines }: TextFile): { command: string; line: number }[] {
  let block = -1
  return lines.flatMap((text, index) => {
    const indent = text.search(/\S/)
    if (block >= 0 && indent > block && !/^\s*(#|if |fi$|do$|done|then|else)/.test(text))
      return [{ command: text.trim().slice(0, 200), line: index + 1 }]
    if (indent >= 0 && indent <= block) block = -1
    const command = /^\s*(?:- )?run:\s*(\S.*)$/.exec(text)?.[1]
    if (command && /^[|>]/.test(command)) block = text.search(/run:/)
    return command && !/^[|>]/.test(command) ? [{ command, line: index + 1 }] : []
  })
}

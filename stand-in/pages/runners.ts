import { basename } from 'node:path'
import type { Repository, TextFile } from '../clone/repository.ts'
import { type Block, bullets, code, type Inline, joined, table, titled } from '../writing/nodes.ts'
import { cite, citeFile } from '../writing/sources.ts'

const makefile = /^(gnumakefile|makefile|justfile)$/i
const runners = [
  /^(noxfile\.py|tox\.ini|Taskfile\.ya?ml|Dockerfile|(docker-)?compose\.ya?ml|\.gitlab-ci\.yml|Jenkinsfile)$/,
  /^\.github\/workflows\/[^/]+\.ya?ml$/,
  /^(scripts|bin)\/[^/]+$/,
]

/** The targets of makefiles and justfiles. */
export const makeTargets = (repository: Repository): Block[] =>
  repository.files
    .filter((path) => makefile.test(basename(path)) && !/(^|\/)(docs?|tests?)\//.test(path))
    .flatMap((path) => repository.read(path) ?? [])
    .slice(0, 3)
    .flatMap((file) =>
      titled(`Targets of ${file.path}`, table(['Target', 'First step', 'Where'], targetsOf(file).slice(0, 40))),
    )

function targetsOf({ lines, ...file }: TextFile): Inline[][][] {
  return lines.flatMap((line, index): Inline[][][] => {
    const target = /^([a-zA-Z][\w./-]*)(?:\s[^:=]*)?:(?!=)/.exec(line)?.[1]
    if (!target) return []
    const above = lines[index - 1] ?? ''
    const comment = commentIn(line) ?? (above.startsWith('#') ? commentIn(above) : undefined)
    const recipe = /^\s+\S/.test(lines[index + 1] ?? '') ? lines[index + 1] : undefined
    const what = [...(comment ? [[comment]] : []), ...(recipe ? [[code(recipe)]] : [])]
    return [[[code(target)], joined(what, ': '), [cite({ lines, ...file }, index + 1, index + 1)]]]
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

/** A workflow's single-line commands. */
const commandsOf = ({ lines }: TextFile): { command: string; line: number }[] =>
  lines.flatMap((text, index) => {
    const command = /^\s*(?:- )?run:\s*([^|>\s].*)$/.exec(text)?.[1]
    return command ? [{ command, line: index + 1 }] : []
  })

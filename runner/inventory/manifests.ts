import * as z from 'zod'
import { parseJson } from '../../shared/parse-json.ts'
import type { CitableFiles } from '../review/clone-files.ts'

/** Files that say what a folder of the repository builds, by the end of their path in lower case. */
const MANIFEST =
  /(?:^|\/)(?:package\.json|deno\.jsonc?|pnpm-workspace\.yaml|pyproject\.toml|setup\.(?:py|cfg)|requirements\.txt|cargo\.toml|go\.(?:mod|work)|pom\.xml|(?:build|settings)\.gradle(?:\.kts)?|composer\.json|gemfile|[\w.-]{1,80}\.(?:gemspec|csproj|sln|cabal)|mix\.exs|rebar\.config|pubspec\.yaml|package\.swift|build\.sbt|cmakelists\.txt|(?:gnu)?makefile|(?:docker-)?compose\.ya?ml|dockerfile|chart\.yaml|project\.clj|flake\.nix)$/i

const MOST_READ = 60
const MOST_NAMES = 12

/** Whether a path is that of a manifest, but not of one that tests or copies of other projects bring. */
export const isManifest = (path: string): boolean =>
  MANIFEST.test(path) && !/(?:^|\/)(?:tests?|__tests__|fixtures?|testdata|vendor)\//i.test(path)

/** The manifests nearest to the root first: their paths, and what they say of a project's name, purpose, commands and packages. */
export async function describeManifests(paths: readonly string[], files: CitableFiles): Promise<string[]> {
  const manifests = paths
    .filter(isManifest)
    .toSorted((a, b) => Number(isAside(a)) - Number(isAside(b)) || a.split('/').length - b.split('/').length)
  const read = manifests.slice(0, MOST_READ).map(async (path) => {
    const facts = factsIn(path, ((await files.readLines(path)) ?? []).join('\n'))
    return facts ? `${path}: ${path.includes('/') ? beginningOf(facts) : facts}` : path
  })
  return [...(await Promise.all(read)), ...manifests.slice(MOST_READ)]
}

const isAside = (path: string): boolean => /(?:^|\/)(?:examples?|samples?|docs?|site|website|benchmarks?)\//i.test(path)

/** A monorepo has many packages, and each should be seen. */
const beginningOf = (facts: string): string => (facts.length > 80 ? `${facts.slice(0, 79)}…` : facts)

function factsIn(path: string, text: string): string {
  if (/package\.json$|composer\.json$/i.test(path)) return factsOfPackage(text)
  if (/\.toml$/i.test(path)) return factsOfToml(text)
  if (/go\.mod$/i.test(path)) return /^module\s+(\S+)/m.exec(text)?.[1] ?? ''
  if (/pom\.xml$/i.test(path)) return modulesOfMaven(text)
  if (/makefile$/i.test(path)) return listed('targets', [...text.matchAll(/^([A-Za-z][\w-]*)\s*:(?!=)/gm)].map(nameOf))
  return ''
}

const lenient = <Schema extends z.ZodType>(schema: Schema) => schema.optional().catch(undefined)
const text = lenient(z.string())
const names = lenient(z.record(z.string(), z.unknown()))

const Package = z.object({
  ...{ name: text, description: text, scripts: names },
  bin: lenient(z.union([z.string(), z.record(z.string(), z.unknown())])),
  workspaces: lenient(z.union([z.array(z.string()), z.object({ packages: z.array(z.string()) })])),
})

function factsOfPackage(json: string): string {
  const { data = {} } = Package.safeParse(parseJson(json))
  const { name, description, bin, workspaces, scripts = {} } = data
  const commands = typeof bin === 'string' ? [name ?? ''] : Object.keys(bin ?? {})
  const packages = Array.isArray(workspaces) ? workspaces : (workspaces?.packages ?? [])
  return joined([
    ...[name, description && `"${description}"`, listed('workspaces', packages)],
    ...[listed('installs', commands), listed('scripts', Object.keys(scripts))],
  ])
}

function factsOfToml(toml: string): string {
  const value = (key: string) =>
    toml.split('\n').find((line) => line.startsWith(`${key} =`) || line.startsWith(`${key}=`))
  const quotedIn = (line = '') => [...line.matchAll(/"([^"]+)"/g)].map(nameOf)
  const description = quotedIn(value('description'))[0]
  const [, members = ''] = /^members\s*=\s*\[([^\]]{0,5000})\]/m.exec(toml) ?? []
  return joined([
    ...[quotedIn(value('name'))[0], description && `"${description}"`, listed('members', quotedIn(members))],
    listed('installs', scriptsIn(toml)),
  ])
}

/** Names below `[project.scripts]` and its like. */
function scriptsIn(toml: string): string[] {
  let isInside = false
  return toml.split('\n').flatMap((line) => {
    if (line.startsWith('[')) isInside = /^\[(?:project|tool\.poetry)\.scripts\]/.test(line)
    const [, name] = isInside ? (/^["']?([\w.-]+)["']?\s*=/.exec(line) ?? []) : []
    return name === undefined ? [] : [name]
  })
}

function modulesOfMaven(xml: string): string {
  const [, artifact] =
    /<artifactId>([^<]{1,200})<\/artifactId>/.exec(xml.replace(/<parent>[\s\S]*?<\/parent>/, '')) ?? []
  return joined([artifact, listed('modules', [...xml.matchAll(/<module>([^<]{1,200})<\/module>/g)].map(nameOf))])
}

const nameOf = ([, name = '']: readonly string[]): string => name

const listed = (label: string, all: readonly string[]): string => {
  const unique = [...new Set(all)].filter((name) => name !== '')
  const shown = unique.slice(0, MOST_NAMES).join(' ')
  return unique.length === 0 ? '' : `${label}: ${shown}${unique.length > MOST_NAMES ? ' …' : ''}`
}

const joined = (facts: readonly (string | undefined)[]): string => facts.filter((fact) => fact).join('; ')

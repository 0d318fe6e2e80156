import { posix } from 'node:path'
import anyAscii from 'any-ascii'
import { exampleFiles, productCode, testFiles } from './clone/code-files.ts'
import { inDocsOrder } from './clone/docs-order.ts'
import { type Document, guideFiles, projectReadme, readDocument } from './clone/documents.ts'
import { type Part, partsOf } from './clone/parts.ts'
import type { Repository, TextFile } from './clone/repository.ts'
import { importResolver, type ResolveImport } from './clone/resolve-import.ts'
import { languageOf, outlineOf } from './languages/all.ts'
import { readManifests } from './manifests/all.ts'
import { factOf, type Manifest } from './manifests/manifest.ts'
import type { Outline } from './syntax/outline.ts'

/** What the pages are made from: the clone, and what has been found in it. */
export interface Project {
  repository: Repository
  name: string
  readme: Document | undefined
  /** Whether the README is a list of links, such as an awesome list, whose headings are no topics. */
  isList: boolean
  manifests: Manifest[]
  /** The manifest that describes the project as a whole. */
  main: Manifest | undefined
  product: string[]
  tests: string[]
  examples: string[]
  /** Documents other than the README, in the project's own order. */
  guides: string[]
  parts: CodePart[]
  read(path: string): Document | undefined
  /** Outlines a file of the product; undefined if its language is unknown. */
  outline(path: string): Promise<Parsed | undefined>
  resolveImport: ResolveImport
}

/** A part of the code, with the page about it. */
export interface CodePart extends Part {
  slug: string
  title: string
  manifest: Manifest | undefined
}

export interface Parsed {
  file: TextFile
  outline: Outline
}

/** Reading more would take longer than most readers wait. */
const mostOutlines = 2_000

/** Surveys a clone. */
export async function openProject(repository: Repository): Promise<Project> {
  const manifests = await readManifests(repository)
  const product = productCode(repository)
  const main = mainManifest(manifests, repository.remoteName)
  const readme = readDocument(repository, projectReadme(repository) ?? '')
  const folders = [...new Set(manifests.filter(isMember).map(({ folder }) => folder))]
  const name = nameOf(repository, main, readme)
  const outlines = new Map<string, Promise<Parsed | undefined>>()
  const outline = (path: string) => {
    if (!outlines.has(path) && outlines.size < mostOutlines) outlines.set(path, parsed(repository, path))
    return outlines.get(path) ?? Promise.resolve(undefined)
  }
  return {
    ...{ repository, name, readme, isList: isListOfLinks(readme), manifests, main, product, outline },
    tests: testFiles(repository),
    examples: exampleFiles(repository),
    guides: inDocsOrder(repository, guideFiles(repository), readme?.file.path),
    parts: titledParts(partsOf(product, folders), manifests, name),
    read: (path) => readDocument(repository, path),
    resolveImport: importResolver(product, new Map(manifests.flatMap(importNames))),
  }
}

async function parsed(repository: Repository, path: string): Promise<Parsed | undefined> {
  const file = languageOf(path) && repository.read(path)
  const outline = file && (await outlineOf(file))
  return file && outline ? { file, outline } : undefined
}

/** Whether a manifest makes its folder a part of its own: it names a package, rather than collecting settings of many. */
const isMember = ({ facts, file, folder }: Manifest) =>
  folder === '' || facts.some(({ kind }) => kind === 'name') || /\.(cs|fs)proj$|build\.gradle|pom\.xml$/.test(file.path)

/** Of the manifests at the top, or else of the package called like the repository, or the only one: the one that says most. */
function mainManifest(manifests: Manifest[], name: string | undefined): Manifest | undefined {
  const namesake = manifests.find((each) => factOf(each, 'name')?.value === name && factOf(each, 'description'))
  const top = manifests.filter(({ folder }) => folder === '')
  if (namesake && !top.some((each) => factOf(each, 'description'))) return namesake
  const describing = (top.length > 0 ? top : manifests.length === 1 ? manifests : []).filter(
    ({ facts }) => facts.length > 0,
  )
  const weight = (manifest: Manifest) => (factOf(manifest, 'description') ? 2 : 0) + (factOf(manifest, 'name') ? 1 : 0)
  return describing.toSorted((a, b) => weight(b) - weight(a))[0]
}

/** The project's name: from its manifest, or else from its URL, its README or its folder. */
function nameOf(repository: Repository, main: Manifest | undefined, readme: Document | undefined): string {
  const stated = main?.isPrivate ? undefined : factOf(main, 'name')?.value
  const isLonger = stated?.toLowerCase().startsWith(repository.remoteName?.toLowerCase() ?? '-')
  const names = [
    isLonger ? undefined : stated,
    repository.remoteName,
    readme?.root.title,
    main && factOf(main, 'name')?.value,
    repository.folderName,
  ]
  const isName = (name: string) => /[\p{L}\p{N}]/u.test(name) && name.length <= 100
  return names.map((name) => oneLine(name ?? '').replace(/^.*\/(?=[^/]*$)(?<!^@.*)/, '')).find(isName) ?? 'This project'
}

/** The names by which code imports a package, with its folder. */
const importNames = (manifest: Manifest): [string, string][] => {
  const name = factOf(manifest, 'name')?.value
  return name && !/^[a-z]{1,3}$/.test(name)
    ? [
        [name, manifest.folder],
        [name.replaceAll('-', '_'), manifest.folder],
      ]
    : []
}

function titledParts(parts: Part[], manifests: Manifest[], project: string): CodePart[] {
  const titles = parts.map((part) => titleOf(part, parts, manifests, project))
  return parts.map((part, at) => {
    const isShared = titles.filter((title) => title === titles[at]).length > 1
    return {
      ...part,
      manifest: manifests.find(({ folder }) => folder === part.member),
      slug: slugOf('code', `${part.folder}${part.isRest ? ' files' : ''}`.replaceAll('.', '-')),
      title: isShared ? part.folder || 'Top folder' : (titles[at] ?? ''),
    }
  })
}

/** A package by its name, a folder by its path without what all its neighbours share. */
function titleOf({ folder, member, isRest }: Part, parts: Part[], manifests: Manifest[], project: string): string {
  const neighbours = parts.filter((part) => part.member === member)
  const manifest =
    manifests.find((each) => each.folder === member && factOf(each, 'name')) ??
    manifests.find((each) => each.folder === member)
  const own =
    member === ''
      ? undefined
      : (factOf(manifest, 'name')?.value ?? posix.basename(manifest?.file.path ?? member).replace(/\.\w+$/, ''))
  if (neighbours.length === 1) return own ?? (posix.basename(folder) || project)
  const shared = neighbours
    .map((part) => part.folder.split('/'))
    .reduce((a, b) => a.slice(0, a.findIndex((name, at) => name !== b[at]) >>> 0))
  const rest = folder.split('/').slice(shared.length).join('/')
  // Java's packages are known by their full names.
  const javaPackage = /(?:^|\/)java\/(.+)$/.exec(folder)?.[1]?.replaceAll('/', '.')
  if (javaPackage) return javaPackage
  const name = rest || (isRest ? 'other files' : posix.basename(folder))
  return own ? `${own}: ${name}` : rest || posix.basename(folder) || 'Top folder'
}

const isListItem = /^\s*[-*+] \[[^\]]+\]\(https?:/

/** Whether most of a README's lines are links to other sites. */
function isListOfLinks(readme: Document | undefined): boolean {
  const lines = readme?.file.lines.filter((line) => line.trim()) ?? []
  return lines.length > 100 && lines.filter((line) => isListItem.test(line)).length > lines.length * 0.5
}

/** Makes a slug from a path or a name: lower case, Latin letters, dashes, at most 80 characters. */
export function slugOf(prefix: string, name: string): string {
  const words = anyAscii(name.replace(/\.\w+$/, ''))
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
  return `${prefix}-${words || 'top'}`.slice(0, 80).replace(/-$/, '')
}

/** Collapses line breaks and repeated white space. */
export const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim()

/** `1 file`, `2 files`. */
export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

import { posix } from 'node:path'
import { readMarkdown } from '../writing/markdown.ts'
import type { Block } from '../writing/nodes.ts'
import { readRestructuredText } from '../writing/restructured-text.ts'
import { sourceUrl } from '../writing/sources.ts'
import { followLink } from './committed-links.ts'
import type { Repository, TextFile } from './repository.ts'
import { type Section, sectionsOf } from './sections.ts'

/** A markdown or reStructuredText document as a tree of sections. */
export interface Document {
  file: TextFile
  root: Section
}

const isDocument = (path: string) => /\.(md|mdx|markdown|rst)$/i.test(path)

/** Reads a document. `pageOf` maps another document to the page that shows it, so links between documents still work. */
export function readDocument(
  repository: Repository,
  path: string,
  pageOf: (path: string) => string | undefined = () => undefined,
): Document | undefined {
  const file = isDocument(path) || isReadme(path) ? repository.read(path) : undefined
  if (!file) return undefined
  const resolve = (url: string) => resolveLink(repository, path, url, pageOf)
  const blocks: Block[] = path.endsWith('.rst') ? readRestructuredText(file, resolve) : readMarkdown(file, resolve)
  return { file, root: sectionsOf(file, isLicenceLink(blocks.at(-1)) ? blocks.slice(0, -1) : blocks) }
}

/** Whether a block is nothing but a link to the licence. */
const isLicenceLink = (block: Block | undefined) =>
  block?.type === 'paragraph' &&
  block.children.length === 1 &&
  block.children[0]?.type === 'link' &&
  /licen[cs]e|copying/i.test(block.children[0].url)

function resolveLink(repository: Repository, from: string, url: string, pageOf: (path: string) => string | undefined) {
  if (/^https?:\/\//i.test(url)) return URL.canParse(url) ? url : undefined
  if (/^[a-z][a-z0-9+.-]*:|^\/\/|^#/i.test(url)) return undefined
  const path = decoded(url.split(/[?#]/, 1)[0] ?? '')
  const target = posix.join(path.startsWith('/') ? '' : posix.dirname(from), path)
  const page = pageOf(target)
  if (page) return page
  const file = repository.peek(target)
  if (!file) return undefined
  return sourceUrl(target, 1, file.lines.length)
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return ''
  }
}

const isReadme = (path: string) => /^readme(\.(md|mdx|markdown|rst|txt))?$/i.test(posix.basename(path))

/** The project's README: at the top, or where code hosts look next, or else the index of its documentation. */
export const projectReadme = (repository: Repository): string | undefined =>
  ['', '.github', 'docs'].map((folder) => readmeOf(repository, folder)).find(Boolean) ??
  repository.files.find((path) => /^docs?\/(source\/)?index\.(md|rst)$/.test(path))

/** The README of a folder (`''` is the top), or the file that it links to. Prefers markdown, then reStructuredText. */
export function readmeOf({ files, links }: Repository, folder: string): string | undefined {
  const here = [...files, ...links.keys()].filter((path) => isReadme(path) && posix.dirname(path) === (folder || '.'))
  const readme =
    here.find((path) => /\.(md|markdown)$/i.test(path)) ?? here.find((path) => path.endsWith('.rst')) ?? here[0]
  return readme && followLink(links, readme)
}

/** Community files, in any folder. The second pattern applies only at the top: elsewhere, such a file is an ordinary document. */
const communityFiles =
  /^(readme|changelog|changes|history|news|releas(e|es|ing)|licen[cs]e|copying|contributing|code_of_conduct)\b/i
const topLevelCommunityFiles =
  /^((security|support|authors|maintainers|governance|pull_request_template)\b|(agents|claude|gemini)\.md$)/i

const isCommunityFile = (path: string) =>
  communityFiles.test(posix.basename(path)) || (!path.includes('/') && topLevelCommunityFiles.test(path))

const translation =
  /(^|[./_])(zh|cn|tw|ja|jp|ko|kr|es|fr|de|it|pt|br|ru|uk|tr|pl|vi|id|ar|fa|nl)([-_][a-z]{2,4})?([./_-]|$)/i

/** Documents other than the README: those in documentation folders and at the top, without translations. */
export function guideFiles(repository: Repository): string[] {
  const readme = projectReadme(repository)
  return repository.files.filter(
    (path) =>
      isDocument(path) &&
      (/^(docs?|documentation|guides?|website\/docs|site\/docs)\//i.test(path) || !path.includes('/')) &&
      !isCommunityFile(path) &&
      path !== readme &&
      !translation.test(path) &&
      !/(^|\/)(_|\.)/.test(path),
  )
}

/** A community file such as CONTRIBUTING or CHANGELOG, at the top, in `.github` or in `docs`. Guides don't count. */
export function communityFileNamed(repository: Repository, name: RegExp): string | undefined {
  const guides = guideFiles(repository)
  const named = repository.files.filter((path) => name.test(posix.basename(path)) && !guides.includes(path))
  const beside = ['.', '.github', 'docs', 'doc'].flatMap((folder) =>
    named.filter((path) => posix.dirname(path) === folder),
  )
  return beside[0] ?? named.find((path) => /^docs?\//i.test(path))
}

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

/** Reads a document. Links to documents and to headings stay open: they become `doc:` URLs, which are resolved once all pages are known. */
export function readDocument(repository: Repository, path: string): Document | undefined {
  const file = isDocument(path) || isReadme(path) ? repository.read(path) : undefined
  if (!file) return undefined
  const resolve = (url: string) => resolveLink(repository, path, url)
  const blocks: Block[] = path.endsWith('.rst') ? readRestructuredText(file, resolve) : readMarkdown(file, resolve)
  return { file, root: sectionsOf(file, isLicenceLink(blocks.at(-1)) ? blocks.slice(0, -1) : blocks) }
}

/** Whether a block is nothing but a link to the licence. */
const isLicenceLink = (block: Block | undefined) =>
  block?.type === 'paragraph' &&
  block.children.length === 1 &&
  block.children[0]?.type === 'link' &&
  /licen[cs]e|copying/i.test(block.children[0].url)

function resolveLink(repository: Repository, from: string, url: string): string | undefined {
  if (/^https?:\/\//i.test(url)) return URL.canParse(url) ? url : undefined
  if (/^[a-z][a-z0-9+.-]*:|^\/\//i.test(url)) return undefined
  const [address = '', anchor] = url.split('#', 2)
  const path = decoded(address.split('?', 1)[0] ?? '')
  const target = path === '' ? from : fileAt(repository, posix.dirname(from), path)
  if (target === undefined) return undefined
  return isDocument(target) || target === from
    ? docUrl(target, anchor && decoded(anchor))
    : wholeFile(repository, target)
}

function wholeFile(repository: Repository, path: string): string | undefined {
  const file = repository.peek(path)
  return file && sourceUrl(path, 1, file.lines.length)
}

/** The file that a link in a document leads to: as written, or as its site's generator completes it. */
function fileAt(repository: Repository, folder: string, path: string): string | undefined {
  const base = path.startsWith('/')
    ? [path.slice(1), ...documentFolders.map((root) => posix.join(root, path))]
    : [posix.join(folder, path)]
  const bare = base.map((each) => each.replace(/\/$|\.html$/, ''))
  return [
    ...base,
    ...bare.flatMap((each) => [`${each}.md`, `${each}.mdx`, `${each}.rst`, `${each}/index.md`, `${each}/README.md`]),
  ].find((each) => repository.sizes.has(each))
}

const documentFolders = ['docs', 'doc', 'website/docs', 'docs/content', 'site/content']

/** The URL of a document, or of a heading in it, until its page is known. */
export const docUrl = (path: string, anchor: string | undefined): string =>
  `doc:${encodeURIComponent(path)}${anchor ? `#${encodeURIComponent(anchor)}` : ''}`

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return ''
  }
}

const isReadme = (path: string) => /^readme(\.(md|mdx|markdown|rst|txt|rdoc))?$/i.test(posix.basename(path))

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
  /^(readme|changelog|changes|history|news|releas(e|es|ing)|licen[cs]e|copying|contributing|code_of_conduct|pull_request_template|issue_template)\b/i
const topLevelCommunityFiles =
  /^((security|support|authors|maintainers|governance|pull_request_template)\b|(agents|claude|gemini)\.md$)/i

const isCommunityFile = (path: string) =>
  communityFiles.test(posix.basename(path)) || (!path.includes('/') && topLevelCommunityFiles.test(path))

const translation =
  /(^|[./_])(zh|cn|tw|ja|jp|ko|kr|es|fr|de|it|pt|br|ru|uk|tr|pl|vi|id|ar|fa|nl)([-_][a-z]{2,4})?([./_-]|$)/i

const documentation =
  /^(docs?|documentation|guides?|manual|wiki|(website|site|packages)\/(docs|content|doc)|(website|site)\/)[^/]*\//i
const notGuides =
  /(^|\/)([_.]|blog\/|changes?\/|changelogs?\/|releases?\/|news\/|node_modules\/|adr\/|rfcs?\/|dev\/man)/i

/** Documents other than the README: those in documentation folders and at the top, without translations. */
export function guideFiles(repository: Repository): string[] {
  const readme = projectReadme(repository)
  return repository.files.filter(
    (path) =>
      isDocument(path) &&
      (documentation.test(path) || !path.includes('/')) &&
      !isCommunityFile(path) &&
      path !== readme &&
      !translation.test(path) &&
      !notGuides.test(path),
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

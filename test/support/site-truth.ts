import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { citationsIn } from '../../runner/site/citations.ts'
import type { Bucket } from '../../shared/aws/clients.ts'
import { getText, listObjects } from '../../shared/aws/site-store.ts'
import type { GenerationRecord } from '../../shared/generation.ts'
import { attemptPrefixOf, entryDigest, parseStoredPageKey, storedPrefix } from '../../shared/object-keys.ts'
import { formatSourceRange, StoredPage } from '../../shared/page.ts'
import { Plan, pagesOf } from '../../shared/plan.ts'
import { gitIn } from './repository.ts'

/** The files of a commit: git's id of each by its path. */
export async function filesAt(repository: string, commit: string): Promise<Map<string, string>> {
  const listing = await gitIn(repository, 'ls-tree', '-r', '-z', commit)
  const entries = listing.split('\0').filter(Boolean)
  return new Map(entries.map((entry) => [entry.slice(entry.indexOf('\t') + 1), entry.split(/[ \t]/)[2] ?? '']))
}

/** The pages that a published site was made from, by slug: of each the stored version that fits the commit. */
export async function publishedPages(
  bucket: Bucket,
  record: GenerationRecord,
  repository: string,
): Promise<Map<string, StoredPage>> {
  const { published, key } = record
  if (!published) throw new Error('Nothing is published')
  const files = await filesAt(repository, published.commit)
  const plan = Plan.parse(JSON.parse((await getText(bucket, `${attemptPrefixOf(published.prefix)}plan.json`)) ?? ''))
  const planned = new Map(pagesOf(plan).map((page) => [page.slug, entryDigest(page)]))
  const pages = new Map<string, StoredPage>()
  for await (const object of listObjects(bucket, storedPrefix(key, published.pageScope))) {
    const name = parseStoredPageKey(object.key)
    if (!name || planned.get(name.slug) !== name.entry) continue
    const page = StoredPage.parse(JSON.parse((await getText(bucket, object.key)) ?? ''))
    if (page.sources.every(({ path, id }) => (files.get(path) ?? '') === id)) pages.set(page.slug, page)
  }
  return pages
}

/** A page of the published site. */
export const publishedHtml = async (bucket: Bucket, { published }: GenerationRecord, slug: string): Promise<string> =>
  (await getText(bucket, `${published?.prefix}${slug}.html`)) ?? ''

/** A page's HTML without what may differ when the page is kept: navigation, commit and footer. */
export const contentOf = (html: string): string =>
  html
    .replace(/<nav id="pages"[\s\S]*?<\/nav>/, '')
    .replace(/<nav class="pager"[\s\S]*?<\/nav>/, '')
    .replace(/<footer[\s\S]*?<\/footer>/, '')
    .replaceAll(/[0-9a-f]{40}/g, '')

/** Every citation of a page that a commit doesn't bear out: the file, the lines or the quoted text. */
export async function staleCitations(repository: string, commit: string, page: StoredPage): Promise<string[]> {
  const files = await filesAt(repository, commit)
  const texts = new Map<string, string[]>()
  const stale: string[] = []
  for (const { range, kind, text } of citationsIn(page.markdown)) {
    const id = files.get(range.path)
    if (id !== undefined && !texts.has(range.path)) texts.set(range.path, await linesOf(repository, id))
    const lines = texts.get(range.path)
    const { startLine = 1, endLine = lines?.length ?? 0 } = range
    const shown = lines?.slice(startLine - 1, endLine).join('\n')
    const isTrue = lines && endLine <= lines.length && (kind === 'link' || text.trimEnd() === shown?.trimEnd())
    if (!isTrue) stale.push(`${page.slug}: ${formatSourceRange(range)}`)
  }
  return stale
}

async function linesOf(repository: string, id: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)('git', ['cat-file', 'blob', id], { cwd: repository })
  const lines = stdout.split(/\r?\n/)
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines
}

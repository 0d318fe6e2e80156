import { mkdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { parseArgs } from 'node:util'
import type { GenerationRecord } from '../../shared/generation.ts'
import type { StoredPage } from '../../shared/page.ts'
import { writeCitingCli } from '../support/citing-cli.ts'
import { leastCalls } from '../support/least-calls.ts'
import { openOwnRunner } from '../support/own-runner.ts'
import { gitIn } from '../support/repository.ts'
import { temporaryFolder } from '../support/service-process.ts'
import { contentOf, publishedHtml, publishedPages, staleCitations } from '../support/site-truth.ts'
import { openTestStores } from '../support/test-stores.ts'

/**
 * Plays the last commits of real repositories through the real runner, with a CLI that cites the files that it is told to read, and
 * counts its calls: `npx node test/bench/commit-price.ts --commits 10 FOLDER…`, where each folder is a repository with its history.
 */
const { values, positionals } = parseArgs({
  options: { commits: { type: 'string', default: '10' } },
  allowPositionals: true,
})

console.log('| Project | Commit | Files changed | Calls | Least | Full | Kept pages |')
console.log('| --- | --- | --- | --- | --- | --- | --- |')
for (const folder of positionals) await play(folder, Number(values.commits))

interface Seen {
  commit: string
  pages: Map<string, StoredPage>
  html: Map<string, string>
}

async function play(source: string, commits: number): Promise<void> {
  await using folder = await temporaryFolder('commit-price')
  await using stores = await openTestStores(join(folder.path, 'data'))
  const name = basename(source.replace(/\/(?:\.git|repo)?\/?$/, '')).replace(/^.*\+/, '')
  const repository = join(folder.path, name)
  await mkdir(repository)
  await gitIn(folder.path, 'clone', '-q', '--no-checkout', source, repository)
  await gitIn(repository, 'checkout', '-q', '--orphan', 'main-of-this-play')
  const listed = await gitIn(
    repository,
    'log',
    '--first-parent',
    `--max-count=${commits + 1}`,
    '--format=%H',
    'origin/HEAD',
  )
  const cli = await writeCitingCli(folder.path)
  const runner = await openOwnRunner(stores, { repository, cli: cli.path, folder: folder.path })
  let before: Seen | undefined
  const total = { calls: 0, least: 0, full: 0, wrong: 0 }
  for (const commit of listed.split('\n').toReversed()) {
    await gitIn(repository, 'update-ref', 'refs/heads/main-of-this-play', commit)
    const { outcome, record, log } = await runner.generate()
    if (outcome !== 'ready') throw new Error(`${record.errorMessage}\n${log.join('\n')}`)
    const calls = await cli.newCalls()
    const now = await look(commit, record)
    const full = 1 + now.pages.size
    if (before) {
      const least = await leastCalls(repository, before, commit)
      const changed = (await gitIn(repository, 'diff', '--name-only', before.commit, commit))
        .split('\n')
        .filter(Boolean)
      const kept = record.published?.keptPages ?? 0
      console.log(
        `| ${name} | \`${commit.slice(0, 7)}\` | ${changed.length} | ${calls.length} | ${least} | ${full} | ${kept} |`,
      )
      total.calls += calls.length
      total.least += least
      total.full += full
      total.wrong += await countWrong(now, before, new Set(calls.map(({ what }) => what)))
    }
    before = now
  }
  const ratio = (total.calls / total.least).toFixed(2)
  console.log(
    `| ${name} | **all** | | **${total.calls}** | **${total.least}** (× ${ratio}) | **${total.full}** | ${total.wrong} faults |`,
  )

  /** The site as it is published. */
  async function look(commit: string, record: GenerationRecord): Promise<Seen> {
    const pages = await publishedPages(stores.bucket, record, repository)
    const html = new Map<string, string>()
    for (const slug of pages.keys()) html.set(slug, contentOf(await publishedHtml(stores.bucket, record, slug)))
    return { commit, pages, html }
  }

  /** Stale citations, and kept pages whose text or content has changed although no source was renamed. */
  async function countWrong(now: Seen, former: Seen, asked: ReadonlySet<string>): Promise<number> {
    let wrong = 0
    for (const [slug, page] of now.pages) {
      wrong += (await staleCitations(repository, now.commit, page)).length
      const last = former.pages.get(slug)
      if (!last || asked.has(page.title)) continue
      const isMoved = JSON.stringify(last.sources) !== JSON.stringify(page.sources)
      if (!isMoved && (last.markdown !== page.markdown || former.html.get(slug) !== now.html.get(slug))) wrong++
    }
    return wrong
  }
}

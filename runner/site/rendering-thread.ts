import { parentPort } from 'node:worker_threads'
import { citedRanges } from './citations.ts'
import { renderSite } from './render-site.ts'

/** Runs in a thread of its own: renders a page as it will be published, and answers with what it cites. */
parentPort?.on('message', async (markdown: string) => {
  const page = { slug: 'page', title: 'Page', description: '', markdown, citations: [] }
  const plan = { project_name: 'Site', tagline: '', navigation: [{ group: 'Pages', pages: [page] }] }
  const at = { browseUrl: null, commit: 'c', ref: '', generatedAt: '1970-01-01T00:00:00.000Z', writtenBy: '' }
  await renderSite([page], { plan, ...at })
  parentPort?.postMessage(citedRanges(markdown))
})

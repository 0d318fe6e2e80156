import { once } from 'node:events'
import { get } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { generationWaits, type Reply } from '../support/api.ts'
import type { SampleService } from '../support/sample-service.ts'

const VARIANTS = 100
/** Between two requests of one poller. */
const POLL_MS = 200
const site = '/docs/adder/claude/writer/'
const variant = '/api/projects/adder/claude/writer'

export interface Done {
  polls: number
  generations: number
  downloads: number
}

/** Variants enough for a long list: their generations are aborted before anything runs. */
export async function fillList({ api, repository }: SampleService): Promise<void> {
  for (let number = 1; number <= VARIANTS; number++) {
    const ai_model = `filler-${number}`
    await answered(202, () => api.post('/api/generate', { repo_path: repository, ai_model }))
    await answered(200, () => api.post(`/api/projects/adder/claude/${ai_model}/abort`))
  }
}

/** One generation of the variant that everybody reads. Gives its id. */
export async function generateOnce({ api, repository }: SampleService): Promise<string> {
  const request = { repo_path: repository, ai_model: 'writer', force: true }
  const { generation_id } = (await answered(202, () => api.post('/api/generate', request))).json
  const get = (path: string) => answered(200, () => api.get(path))
  await generationWaits(get).until(generation_id, { status: 'ready' })
  return generation_id
}

/** Four pollers, a writer and a reader, until the signal. @throws when any of them gets another answer than it should */
export async function work(sample: SampleService, stop: AbortSignal): Promise<Done> {
  const done: Done = { polls: 0, generations: 0, downloads: 0 }
  let generationId = await generateOnce(sample)
  const poll = async (path: () => string) => {
    while (!stop.aborted) {
      await answered(200, () => sample.api.get(path()))
      done.polls++
      await sleep(POLL_MS)
    }
  }
  const write = async () => {
    while (!stop.aborted) {
      generationId = await generateOnce(sample)
      done.generations++
    }
  }
  const read = async () => {
    while (!stop.aborted) {
      // Every second reader leaves in the middle.
      if (done.downloads++ % 2 === 0) await answered(200, () => sample.api.get(`${variant}/download`))
      else await leaveDownload(sample.service)
      await sleep(POLL_MS)
    }
  }
  await Promise.all([
    poll(() => '/api/status'),
    poll(() => variant),
    poll(() => `/api/projects/by-id/${generationId}`),
    poll(() => site),
    write(),
    read(),
  ])
  return done
}

async function leaveDownload({ url, adminKey }: { url: string; adminKey: string }): Promise<void> {
  const request = get(`${url}${variant}/download`, { headers: { Authorization: `Bearer ${adminKey}` } })
  const [response] = await once(request, 'response')
  response.destroy()
}

/** The reply, once it is no 503: others may use the machine, too. @throws for any other status */
async function answered(status: number, ask: () => Promise<Reply>): Promise<Reply> {
  for (;;) {
    const reply = await ask()
    if (reply.status === status) return reply
    if (reply.status !== 503) throw new Error(`${reply.status} instead of ${status}: ${reply.text.slice(0, 500)}`)
    await sleep(1_000)
  }
}

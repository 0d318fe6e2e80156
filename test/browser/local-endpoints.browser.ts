import { createServer } from 'node:http'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startEcs } from '../../infra/local/ecs/start-ecs.ts'
import { listen, stop } from '../../infra/local/listen.ts'
import { type Stores, startStores } from '../../infra/local/stores.ts'
import { openBrowser } from '../support/browser.ts'
import { endpointRequests } from '../support/endpoint-requests.ts'
import { temporaryFolder } from '../support/service-process.ts'
import { signedBy } from '../support/test-stores.ts'

let browser: Browser
let folder: Awaited<ReturnType<typeof temporaryFolder>>
let stores: Stores
let ecs: Awaited<ReturnType<typeof startEcs>>
const site = createServer((_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>evil'))
let evil: string

beforeAll(async () => {
  // Chromium now blocks pages from rebound names itself. Other browsers don't, and older versions didn't.
  const asBefore = '--disable-features=LocalNetworkAccessChecks'
  browser = await openBrowser(['--host-resolver-rules=MAP rebound.example 127.0.0.1', asBefore])
  folder = await temporaryFolder('endpoints')
  stores = await startStores({ dataDir: folder.path, host: '127.0.0.1' })
  ecs = await startEcs({ dataDir: folder.path, taskDefinitions: [], onEvent: async () => undefined })
  evil = await listen(site, '127.0.0.1', 0)
})
afterAll(async () => {
  await browser.close()
  await stop(site)
  await ecs.close()
  await stores.close()
  await folder[Symbol.asyncDispose]()
})

const endpoints = {
  DynamoDB: () => ({ url: stores.dynamodbUrl, keys: stores.dynamodbCredentials }),
  'SQS and S3': () => ({ url: stores.s3Url, keys: stores.s3Credentials }),
  ECS: () => ({ url: ecs.url, keys: ecs.credentials }),
}

/** The statuses that a page's own fetch sees, or `unreadable` where the browser withholds the response. */
async function fetchAll(page: Page, url: string, init: { mode?: string; authorization?: string } = {}) {
  return await page.evaluate(
    async ({ requests, to, mode, authorization }) => {
      const outcomes = new Set<number | string>()
      for (const { method, path, headers, body } of requests) {
        // Sent without a preflight.
        const simple = mode === 'no-cors' ? { mode, headers: { 'content-type': 'text/plain' } } : { headers }
        const withBody = method === 'GET' || method === 'HEAD' ? {} : { body }
        const signed = authorization ? { headers: { ...headers, authorization } } : simple
        const verb = mode === 'no-cors' && !['GET', 'HEAD'].includes(method) ? 'POST' : method
        try {
          const reply = await fetch(to + path, { method: verb, ...withBody, ...signed } as RequestInit)
          outcomes.add(reply.type === 'opaque' ? 'unreadable' : reply.status)
        } catch {
          outcomes.add('unreadable')
        }
      }
      return [...outcomes]
    },
    { requests: [...endpointRequests], to: url.replace(/\/$/, ''), ...init },
  )
}

/** The statuses of all the endpoint's responses, as sent over the wire. */
function watch(page: Page): Set<number> {
  const statuses = new Set<number>()
  page.on('response', (response) => {
    if (!response.url().startsWith(evil)) statuses.add(response.status())
  })
  return statuses
}

describe.each(['DynamoDB', 'SQS and S3', 'ECS'] as const)('%s refuses requests from web pages', (name) => {
  test('from another origin, whatever they send, even with valid credentials', async () => {
    const { url, keys } = endpoints[name]()
    const page = await browser.newPage()
    await page.goto(evil)
    const statuses = watch(page)
    expect(await fetchAll(page, url)).toEqual(['unreadable'])
    expect(await fetchAll(page, url, { mode: 'no-cors' })).toEqual(['unreadable'])
    expect(await fetchAll(page, url, { authorization: signedBy(keys) })).toEqual(['unreadable'])
    expect([...statuses]).toEqual([403])
    await page.close()
  })

  test('from forms, images, scripts and frames, which send no Origin header', async () => {
    const { url } = endpoints[name]()
    const page = await browser.newPage()
    await page.goto(evil)
    const statuses = watch(page)
    const places = ['/', '/health', '/_fauxqs/queues', '/docsfy/x', '/?Action=ListQueues'].map((path) => url + path)
    const embedded = places.map(
      (src) => `<img src="${src}"><script src="${src}"></script><iframe src="${src}"></iframe>`,
    )
    const form = `<form method="post" enctype="text/plain" action="${url}"><button>Win</button></form>`
    await page.setContent(embedded.join('') + form)
    await page.getByRole('button').click()
    await page.waitForURL(`${url}/`)
    expect([...statuses]).toEqual([403])
    await page.close()
  })

  test('whose host name was rebound to it', async () => {
    const { url, keys } = endpoints[name]()
    const rebound = `http://rebound.example:${new URL(url).port}`
    const page = await browser.newPage()
    // What the attacker's server sent before its name resolved to ours.
    await page.route(`${rebound}/page`, (route) => route.fulfill({ contentType: 'text/html', body: '<p>evil' }))
    await page.goto(`${rebound}/page`)
    const statuses = watch(page)
    for (const init of [{}, { authorization: signedBy(keys) }]) {
      // A connection may break when the request's body isn't read.
      const seen = (await fetchAll(page, rebound, init)).filter((outcome) => outcome !== 'unreadable')
      expect(seen).toEqual([421])
    }
    expect([...statuses]).toEqual([421])
    await page.close()
  })
})

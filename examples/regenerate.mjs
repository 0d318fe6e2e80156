#!/usr/bin/env node
/**
 * Has docsfy document a repository and unpacks the site, for a CI job that runs after every push. It waits for what is under way, so
 * pushes in quick succession end with the site of the last one. Node.js 20 or later and `tar`; nothing to install.
 *
 *     DOCSFY_URL=https://docs.example.com DOCSFY_KEY=… REPO_URL=https://github.com/acme/shop node regenerate.mjs site
 *
 * REPO_BRANCH, AI_PROVIDER and AI_MODEL are optional: without them the service takes the repository's default branch, and its own
 * provider and model. LIMIT_MINUTES says how long to wait, 120 by default.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'

const { DOCSFY_URL, DOCSFY_KEY, REPO_URL, REPO_BRANCH, AI_PROVIDER, AI_MODEL, LIMIT_MINUTES = '120' } = process.env
const [folder = 'site'] = process.argv.slice(2)
const service = DOCSFY_URL?.replace(/\/+$/, '')
const endsAt = Date.now() + Number(LIMIT_MINUTES) * 60_000

try {
  const missing = Object.entries({ DOCSFY_URL, DOCSFY_KEY, REPO_URL }).filter(([, value]) => !value)
  if (missing.length > 0) throw new Error(`Set ${missing.map(([name]) => name).join(', ')}.`)
  if (!(endsAt > Date.now())) throw new Error('LIMIT_MINUTES must be a number above 0.')
  const variant = await finished(await request())
  if (variant.failed_pages?.length > 0)
    console.log(`${variant.failed_pages.length} pages could not be written. The next run makes them.`)
  await unpack(variant)
  console.log(`${variant.page_count} pages of commit ${variant.last_commit_sha?.slice(0, 7)} are in ${folder}/`)
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}

/** Asks for documentation until the request is accepted. @returns the generation's id */
async function request() {
  const body = JSON.stringify({
    repo_url: REPO_URL,
    branch: REPO_BRANCH || undefined,
    ai_provider: AI_PROVIDER || undefined,
    ai_model: AI_MODEL || undefined,
  })
  for (;;) {
    const reply = await ask('/api/generate', { method: 'POST', body })
    const answer = await answerOf(reply)
    if (reply.status === 202) return answer.generation_id
    // An earlier push's generation, or too many of them: this push's comes after it.
    if (reply.status !== 409 && reply.status !== 429) throw new Error(refusal(reply, answer))
    await pause(reply, answer.detail)
  }
}

/** The variant, once its generation has succeeded. */
async function finished(id) {
  let told = ''
  for (;;) {
    const reply = await ask(`/api/projects/by-id/${id}`)
    const variant = await answerOf(reply)
    if (!reply.ok) throw new Error(refusal(reply, variant))
    if (variant.status === 'ready') return variant
    if (variant.status !== 'generating') throw new Error(`${variant.status}: ${variant.error_message}`)
    const pages = variant.total_pages ? `, ${variant.page_count} of ${variant.total_pages} pages` : ''
    const progress = variant.waiting_reason ?? `${variant.current_stage}${pages}`
    if (progress !== told) console.log(progress)
    told = progress
    await pause(reply)
  }
}

/** Downloads the site and unpacks it into the folder. */
async function unpack({ name, branch, ai_provider, ai_model, owner }) {
  const path = [name, branch, ai_provider, ai_model].map(encodeURIComponent).join('/')
  const reply = await ask(`/api/projects/${path}/download?owner=${encodeURIComponent(owner)}`)
  if (!reply.ok) throw new Error(refusal(reply, await answerOf(reply)))
  await mkdir(folder, { recursive: true })
  const tar = spawn('tar', ['-xzf', '-', '--strip-components=1', '-C', folder], {
    stdio: ['pipe', 'inherit', 'inherit'],
  })
  const exit = once(tar, 'exit')
  await pipeline(Readable.fromWeb(reply.body), tar.stdin)
  const [code] = await exit
  if (code !== 0) throw new Error(`tar ended with exit code ${code}.`)
}

/** Sends a request, again and again while the service cannot be reached or is too busy. */
async function ask(path, init = {}) {
  for (;;) {
    const headers = { Authorization: `Bearer ${DOCSFY_KEY}`, 'Content-Type': 'application/json' }
    const reply = await fetch(service + path, { ...init, headers }).catch((error) => error)
    if (reply instanceof Response && ![502, 503, 504].includes(reply.status)) return reply
    await pause(
      reply,
      reply instanceof Response ? 'The service is busy' : `${service}: ${reply.cause?.message ?? reply}`,
    )
  }
}

async function answerOf(reply) {
  return await reply.json().catch(() => {
    throw new Error(`${reply.url} answered ${reply.status} and no JSON. Is DOCSFY_URL the address of docsfy?`)
  })
}

/** Waits as long as a reply asks for, or a few seconds. */
async function pause(reply, reason) {
  if (Date.now() > endsAt) throw new Error(`Not finished within ${LIMIT_MINUTES} minutes. ${reason ?? ''}`.trim())
  if (reason) console.log(`${reason}. Trying again.`)
  const seconds = reply instanceof Response ? Number(reply.headers.get('Retry-After')) : 0
  await sleep((seconds || 5) * 1_000)
}

function refusal({ status }, { detail }) {
  const reasons = Array.isArray(detail) ? detail.map(({ loc, msg }) => `${loc.join('.')}: ${msg}`).join('; ') : detail
  return `The service answered ${status}: ${reasons}`
}

import type { ServerResponse } from 'node:http'
import { pipeline, Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { CloneOptions } from '../../runner/stages/clone-options.ts'
import { explainGit, isTransient } from '../../runner/stages/explain-git.ts'
import { clone } from '../support/clone.ts'
import { treeEntry } from '../support/git-objects.ts'
import { advertisement, FLUSH, idOf, packAnswer, packet, packOf, repeatingDelta } from '../support/git-packets.ts'
import { limits } from '../support/limits.ts'
import { serveOddly } from '../support/odd-server.ts'
import { temporaryFolder } from '../support/service-process.ts'

type Write = (response: ServerResponse) => unknown

/** How a server answers each of git's three requests. */
interface Answers {
  advertise?: Write
  list?: Write
  fetch?: Write
}

const send =
  (bytes: Buffer): Write =>
  (response) =>
    response.end(bytes)

/** Sends the same bytes again and again, as fast as they are taken. */
const endlessly =
  (start: Buffer, bytes: Buffer): Write =>
  (response) => {
    const repeat = function* () {
      yield start
      for (;;) yield bytes
    }
    pipeline(Readable.from(repeat()), response, () => undefined)
  }

/** Sends 1,500 bytes a second, for as long as they are taken. */
const slowly =
  (start: Buffer, bytes: Buffer): Write =>
  async (response) => {
    response.write(start)
    const ring = Buffer.concat([bytes, bytes.subarray(0, 150)])
    for (let at = 0; !response.closed; at = (at + 150) % bytes.length) {
      response.write(ring.subarray(at, at + 150))
      await sleep(100)
    }
  }

const file = Buffer.from('Hello\n')
const tree = treeEntry('100644', 'a.txt', idOf('blob', file))
const commit = Buffer.from(
  `tree ${idOf('tree', tree)}\nauthor A <a@b> 1700000000 +0000\ncommitter A <a@b> 1700000000 +0000\n\nfiles\n`,
)
const id = idOf('commit', commit)
const refs = Buffer.concat([packet(`${id} HEAD symref-target:refs/heads/main\n`), packet(`${id} refs/heads/main\n`)])
const pack = packOf([
  { type: 'commit', content: commit },
  { type: 'tree', content: tree },
  { type: 'blob', content: file },
])

/** Clones from a server with these answers, and others that are right. Returns the commit or the message. */
async function cloneFrom(answers: Answers, options: Partial<CloneOptions> = {}): Promise<string> {
  await using folder = await temporaryFolder('hostile')
  const { advertise = send(advertisement()), list = send(Buffer.concat([refs, FLUSH])) } = answers
  const { fetch = send(packAnswer(pack)) } = answers
  await using server = await serveOddly('', async (request, response) => {
    const asked = request.method === 'GET' ? '' : await text(request)
    const answer = request.method === 'GET' ? advertise : asked.includes('command=ls-refs') ? list : fetch
    const kind = request.method === 'GET' ? 'advertisement' : 'result'
    response.writeHead(200, { 'Content-Type': `application/x-git-upload-pack-${kind}` })
    await answer(response)
  })
  return await clone(folder.path, `${server.url}/g/r`, { allowedPrivateHosts: [server.host], ...options }).then(
    (cloned) => cloned.commit,
    (error: Error) => error.message.replaceAll(server.url, 'http://asked'),
  )
}

test('a server that does nothing of the kind is cloned from', async () => {
  expect(await cloneFrom({})).toBe(id)
})

// macOS has no limit on address space.
describe.skipIf(process.platform === 'darwin')('memory', () => {
  const someRefs = Buffer.concat(Array.from({ length: 2_000 }, (_, at) => packet(`${id} refs/heads/branch-${at}\n`)))
  const tooLong =
    "The server of 'http://asked/g/r' lists more branches and tags than fit into 192 MiB, a quarter of MAX_GIT_MIB"

  test('endless refs end at a quarter of the limit', async () => {
    expect(await cloneFrom({ list: endlessly(refs, someRefs) }, { memoryMib: 768 })).toBe(tooLong)
  })

  test('so do endless refs of the former protocol', async () => {
    const start = Buffer.concat([packet('# service=git-upload-pack\n'), FLUSH, packet(`${id} HEAD\0side-band-64k\n`)])
    expect(await cloneFrom({ advertise: endlessly(start, someRefs) }, { memoryMib: 768 })).toBe(tooLong)
  })

  test('a hundred kilobytes of deltas that unfold to 1.5 GB end at the limit', async () => {
    const base = Buffer.alloc(16 * 1024 * 1024)
    const bomb = packOf([
      { type: 'commit', content: commit },
      { type: 'tree', content: tree },
      { type: 'blob', content: base },
      { type: 'delta', base: idOf('blob', base), content: repeatingDelta(base.length, 96) },
    ])
    expect(bomb.length).toBeLessThan(100_000)
    expect(await cloneFrom({ fetch: send(packAnswer(bomb)) }, { memoryMib: 512, maxMib: 50 })).toBe(
      "git needs more memory for 'http://asked/g/r' than the limit MAX_GIT_MIB allows. Its files may be too large.",
    )
  })
})

describe('time', () => {
  const someRefs = Buffer.concat(Array.from({ length: 100 }, (_, at) => packet(`${id} refs/heads/branch-${at}\n`)))

  test('refs that never end at 1,500 bytes a second end with the time for listing them', async () => {
    expect(await cloneFrom({ list: slowly(refs, someRefs) }, { timeoutMinutes: 0.5 })).toBe(
      "The server of 'http://asked/g/r' took longer than 0.05 minutes to list its branches and tags. Try again later, or raise CLONE_TIMEOUT.",
    )
  })

  test('files that never end at 1,500 bytes a second end with the time for the clone', async () => {
    const text = packet(Buffer.concat([Buffer.from([2]), Buffer.from('still counting objects\n')]))
    const fetch = slowly(packet('packfile\n'), Buffer.concat(Array.from({ length: 100 }, () => text)))
    expect(await cloneFrom({ fetch }, { timeoutMinutes: 0.2 })).toBe(
      "Cloning 'http://asked/g/r' took longer than the 0.2 minutes that CLONE_TIMEOUT allows",
    )
  })
})

describe("a server's own words", () => {
  const refusing = (words: string): Answers => ({ list: send(Buffer.concat([packet(`ERR ${words}\n`), FLUSH])) })

  test('reach the message without control characters, on one line', async () => {
    const message = await cloneFrom(refusing('\u001b]0;title\u0007no\u009b31m\rfatal: forged\nlevel=error\u202e'))
    expect(message).toMatch(/^git could not clone 'http:\/\/asked\/g\/r': /)
    // git itself replaces some of them, and leaves the others.
    expect(message).toContain('�31m')
    expect(message).toMatch(/forged level=error�$/)
    expect(message).not.toMatch(/[^\P{Cc}]|[\u2028-\u202e\u2066-\u2069]/u)
  })

  test('sent beside the files reach it no more', async () => {
    const broken = packAnswer(Buffer.from('PACKnonsense'), '\u001b[2J\u001b]0;title\u0007\rremote text\u0000\n')
    const message = await cloneFrom({ fetch: send(broken) })
    expect(message).not.toMatch(/[^\P{Cc}]/u)
    expect(message).toContain('http://asked/g/r')
  })

  test.each([
    ["repository '", ''],
    ["transport '", '\n'],
    ['error: object aa: ', ''],
    ['https://', ' '],
    ['SSL certificate ', '\n'],
    ['returned error: 4', ' '],
  ])('1.2 MB of %j are no work', async (words, between) => {
    const much = `${words}${between}`.repeat(Math.ceil(1_200_000 / words.length))
    const started = performance.now()
    for (const url of ['https://host.example/g/r', 'https://r']) explainGit(much, url)
    isTransient(much)
    expect(performance.now() - started).toBeLessThan(limits.quickWork)
  })

  test('120 KB beside the files end in a short message', async () => {
    const broken = packAnswer(Buffer.from('PACKnonsense'), "repository '".repeat(10_000))
    expect((await cloneFrom({ fetch: send(broken) })).length).toBeLessThan(1_000)
  })
})

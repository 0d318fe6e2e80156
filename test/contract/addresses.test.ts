import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DomainError, isDomainError } from '../../shared/errors.ts'
import { parseRepositoryUrl } from '../../shared/repository-address.ts'
import { type Resolve, resolveGuarded } from '../../shared/repository-guard.ts'
import { GenerateRequest } from '../../shared/request.ts'
import { openTarget, type Target } from './target.ts'

/** Hosts that must never be contacted, grouped by notation. */
const refusedHosts: Record<string, string[]> = {
  'IPv4, dotted': [
    '127.0.0.1',
    '127.255.255.254',
    '10.0.0.1',
    '10.255.255.255',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.0.1',
    '100.64.0.1',
    '198.18.0.1',
    '192.0.2.1',
    '198.51.100.1',
    '203.0.113.1',
    '192.0.0.1',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
  ],
  'IPv4, link-local and metadata': [
    '169.254.0.1',
    '169.254.169.254',
    '169.254.170.2',
    '100.100.100.200',
    '192.0.0.192',
  ],
  'IPv4, decimal': ['2130706433', '167772161', '2886729729', '3232235521', '2852039166', '4294967295'],
  'IPv4, octal': ['0177.0.0.1', '017700000001', '0300.0250.0.1', '0251.0376.0251.0376', '012.0.0.1'],
  'IPv4, hex': ['0x7f000001', '0x7f.0.0.1', '0xA9FEA9FE', '0xc0.0xa8.0x00.0x01', '0x0a.0.0.0x1'],
  'IPv4, short and mixed': ['127.1', '127.0.1', '10.1', '192.168.257', '0x7f.1', '0177.0x1', '172.1048577'],
  unspecified: ['0.0.0.0', '0', '0.0', '0x0', '[::]', '0.1.2.3'],
  'IPv6, local': [
    '[::1]',
    '[0:0:0:0:0:0:0:1]',
    '[0000::0001]',
    '[fe80::1]',
    '[fc00::1]',
    '[fd12:3456::1]',
    '[fec0::1]',
    '[ff02::1]',
    '[fd00:ec2::254]',
  ],
  'IPv6, reserved': [
    '[2001:db8::1]',
    '[100::1]',
    '[3fff::1]',
    '[5f00::1]',
    '[2001:2::1]',
    '[2001:10::1]',
    '[2001:20::1]',
  ],
  'IPv4 in IPv6, mapped': [
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::ffff:10.0.0.1]',
    '[::ffff:169.254.169.254]',
    '[0:0:0:0:0:ffff:c0a8:1]',
    '[::ffff:0:127.0.0.1]',
  ],
  'IPv4 in IPv6, compatible': ['[::127.0.0.1]', '[::10.0.0.1]', '[::7f00:1]'],
  NAT64: ['[64:ff9b::127.0.0.1]', '[64:ff9b::a9fe:a9fe]', '[64:ff9b:1::10.0.0.1]'],
  '6to4 and Teredo': [
    '[2002:7f00:1::]',
    '[2002:a9fe:a9fe::1]',
    '[2002:c0a8:1::]',
    '[2001:0:4136:e378:8000:63bf:3fff:fdd2]',
  ],
  'names of this machine': [
    'localhost',
    'LOCALHOST',
    'foo.localhost',
    'a.b.localhost',
    'localhost.localdomain',
    'printer',
    'db',
  ],
  'trailing dots': ['127.0.0.1.', 'localhost.', 'localhost..', 'foo.localhost.', 'git.internal.', '2130706433.'],
  'IDN look-alikes': [
    '１２７.0.0.1',
    '①②⑦.⓪.⓪.①',
    '127。0。0。1',
    '127．0．0．1',
    'ｌｏｃａｌｈｏｓｔ',
    'ⓛⓞⓒⓐⓛⓗⓞⓢⓣ',
    'local\u00adhost',
    '𝟏𝟐𝟕.𝟎.𝟎.𝟏',
    '０ｘ７ｆ.1',
    'ⅼocalhost',
  ],
  'behind the name of a user': ['user@127.0.0.1', 'github.com@localhost', 'github.com@169.254.169.254'],
  'names of private networks and metadata': [
    'metadata.google.internal',
    'metadata',
    'instance-data',
    'instance-data.ec2.internal',
    'git.corp',
    'gitlab.lan',
    'nas.local',
    'router.home.arpa',
    'wiki.intranet',
    'kubernetes.default.svc',
    'kubernetes.default.svc.cluster.local',
  ],
}

/** URLs that are not valid repository URLs: 422. */
const noAddresses: Record<string, string[]> = {
  'user-info': [
    'https://user:secret@example.com/g/r',
    'https://user:@example.com/g/r',
    'https://one@two@example.com/g/r',
    'https://127.0.0.1:80@github.com/g/r',
    'https://@127.0.0.1/g/r',
    'git@evil@127.0.0.1:g/r',
    'root@127.0.0.1:g/r',
  ],
  'other delimiters': [
    'https://github.com\\@127.0.0.1/g/r',
    'https:\\\\127.0.0.1/g/r',
    'https://127.0.0.1#@github.com/g/r',
    'https://127.0.0.1?@github.com/g/r',
    'https://github.com%2f@127.0.0.1/g/r',
    'https:///127.0.0.1/g/r',
    '//127.0.0.1/g/r',
    'https:/127.0.0.1/g/r',
    'https://exa mple.com/g/r',
    'https://127.0.0.1%00.example.com/g/r',
    'https://example.com\n.evil/g/r',
    ' https://example.com/g/r',
  ],
  'other protocols': [
    'file:///etc/passwd',
    'git://example.com/g/r',
    'ssh://git@example.com/g/r',
    'ftp://example.com/g/r',
    'ext::sh -c id',
    'javascript:alert(1)/g/r',
    'data:text/plain,/g/r',
    'gopher://127.0.0.1/g/r',
  ],
  'zones and broken hosts': [
    'http://[fe80::1%25eth0]/g/r',
    'http://[::1/g/r',
    'http://::1/g/r',
    'http://1.2.3.4.5/g/r',
    'http://256.1.1.1/g/r',
    'http://127.0.0.1:99999/g/r',
    'http://127.0.0.1:0/g/r',
    'http:///g/r',
    'http://./g/r',
  ],
  paths: [
    'https://example.com/r',
    'https://example.com/',
    'https://example.com',
    'https://example.com/g/../r',
    'https://example.com/g/./r',
    'https://example.com/g/r?x=1',
    'https://example.com/g/r#x',
    'https://example.com/g/%2e%2e/r',
    'https://example.com/g/.%2e/r',
    'https://example.com/g/a%2fb',
    'https://example.com/g/a%5cb',
    'https://example.com/g/a%00b',
    'https://example.com/g/a%0ab',
    'https://example.com/g/a%3fb',
    'https://example.com/g/a%25b',
    'https://example.com/g/%ff',
    'https://example.com/g/a%2',
    'https://example.com/g//r',
    'git@example.com:r',
    'git@example.com:../r',
  ],
}

/** Public names, and what an attacker's name server returns for them. */
const resolvingThere: Record<string, string[]> = {
  'localtest.example.com': ['127.0.0.1'],
  '127.0.0.1.nip.example': ['127.0.0.1'],
  'v6.example.com': ['::1'],
  'mapped.example.com': ['::ffff:10.0.0.1'],
  'nat64.example.com': ['64:ff9b::7f00:1'],
  'metadata.example.com': ['169.254.169.254'],
  'one-of-two.example.com': ['93.184.215.14', '10.0.0.1'],
  'one-of-two-v6.example.com': ['2606:4700::1111', 'fd00::1'],
  'zero.example.com': ['0.0.0.0'],
  'zone.example.com': ['fe80::1%eth0'],
}

const accepted = [
  'https://github.com/octocat/Hello-World',
  'https://github.com/octocat/Hello-World.git',
  'https://github.com/octocat/Hello-World/',
  'HTTPS://GitHub.com/octocat/Hello-World',
  'http://example.com/group/name',
  'https://gitlab.com/group/sub/sub2/name.git',
  'https://bitbucket.org/team/name',
  'https://codeberg.org/forgejo/forgejo',
  'https://git.sr.ht/~user/name',
  'https://dev.azure.com/org/project/_git/name',
  'https://org@dev.azure.com/org/My%20Project/_git/name',
  'https://dev.azure.com/org/My%20Project%20%28old%29/_git/My%20name',
  'https://example.com/g/caf%C3%A9',
  'https://git.example.com:8443/group/name',
  'http://git.example.com:80/group/name.git',
  'https://example.co.uk/g/name.with.dots',
  'https://example.museum/g/n_1',
  'https://sub.domain.example.com/g/c++',
  'https://my-host.example.com/g/r',
  'https://my_host.example.com/g/r',
  'https://bücher.example/g/r',
  'https://xn--bcher-kva.example/g/r',
  'https://例え.jp/g/r',
  'https://8.8.8.8/g/r',
  'https://1.1.1.1:8080/g/r',
  'https://100.63.255.255/g/r',
  'https://172.32.0.1/g/r',
  'https://192.169.0.1/g/r',
  'https://[2606:4700::1111]/g/r',
  'https://[2606:4700:0:0::1111]:8443/g/r',
  'https://[2a00:1450:4001:80b::200e]/g/r',
  'https://localhost.example.com/g/r',
  'https://internal.example.com/g/r',
  'https://127.example.com/g/r',
  'https://example.com./g/r',
  'git@github.com:octocat/Hello-World.git',
  'git@gitlab.com:group/sub/name.git',
  'git@ssh.example.com:g/r',
  'git@8.8.8.8:g/r',
]

const publicly: Resolve = async (host) => resolvingThere[host] ?? ['93.184.215.14']

/** The status that a request with this URL would get. */
async function judge(url: string, allowed: string[] = [], resolve = publicly) {
  const address = parseRepositoryUrl(url)
  if (!address) return 422
  try {
    await resolveGuarded(address, allowed, resolve)
    return 202
  } catch (error) {
    if (isDomainError(error, 'private-address')) return error.details.resolved ? '400 resolved' : 400
    throw error
  }
}

test('the lists of URLs are complete', () => {
  expect(new Set(Object.values(refusedHosts).flat()).size).toBeGreaterThanOrEqual(80)
  expect(new Set(accepted).size).toBeGreaterThanOrEqual(30)
})

describe.each(Object.entries(refusedHosts))('rejected: %s', (_family, hosts) => {
  test.each(hosts)('%s', async (host) => {
    expect(await judge(`http://${host}/group/name`)).toBe(400)
    expect(await judge(`https://${host}:8443/group/sub/name.git`)).toBe(400)
    if (!/[[@]/.test(host)) expect(await judge(`git@${host}:group/name`)).toBe(400)
  })
})

describe.each(Object.entries(noAddresses))('invalid: %s', (_family, urls) => {
  test.each(urls)('%j', async (url) => expect(await judge(url)).toBe(422))
})

test.each(Object.entries(resolvingThere))('rejected: %s resolves to %j', async (host) => {
  expect(await judge(`https://${host}/group/name`)).toBe('400 resolved')
  expect(await judge(`git@${host}:group/name`)).toBe('400 resolved')
})

test.each(accepted)('accepted: %s', async (url) => expect(await judge(url)).toBe(202))

test('a user name without a password is dropped, and hides no private host', async () => {
  expect(parseRepositoryUrl('https://org@dev.azure.com/org/project/_git/repo')).toMatchObject({
    url: 'https://dev.azure.com/org/project/_git/repo',
    host: 'dev.azure.com',
    name: 'repo',
  })
  expect(await judge('https://user@example.com/g/r')).toBe(202)
  expect(await judge('https://github.com@127.0.0.1/g/r')).toBe(400)
  expect(await judge('https://github.com@local.example.com/g/r', [], async () => ['10.0.0.1'])).toBe('400 resolved')
})

test('an unknown host name is accepted, and the clone reports it', async () => {
  const unknown: Resolve = async () => {
    throw new Error('ENOTFOUND')
  }
  expect(await judge('https://nowhere.example.com/g/r', [], unknown)).toBe(202)
})

test("a company's own server can be allowed by host, or by host and port", async () => {
  expect(await judge('http://10.0.0.7/g/r', ['10.0.0.7'])).toBe(202)
  expect(await judge('http://10.7/g/r', ['10.0.0.7'])).toBe(202)
  expect(await judge('http://git.corp:3000/g/r', ['Git.Corp:3000'])).toBe(202)
  expect(await judge('http://git.corp:3001/g/r', ['git.corp:3000'])).toBe(400)
  expect(await judge('git@git.corp:g/r', ['git.corp:22'])).toBe(202)
  expect(await judge('http://zero.example.com/g/r', ['zero.example.com'])).toBe(202)
  expect(await judge('http://notgit.corp/g/r', ['git.corp'])).toBe(400)
})

test('git gets exactly the host that was checked, and the rest of the URL unchanged', () => {
  const urlOf = (url: string) => parseRepositoryUrl(url)?.url
  expect(urlOf('https://github.com/Octocat/Hello-World.git')).toBe('https://github.com/Octocat/Hello-World.git')
  expect(urlOf('HTTP://127.1:3000/g/r/')).toBe('http://127.0.0.1:3000/g/r/')
  expect(urlOf('https://ＧitHub.com/g/r')).toBe('https://github.com/g/r')
  expect(urlOf('git@GitHub.com:g/r.git')).toBe('git@github.com:g/r.git')
  expect(urlOf('https://Org@dev.azure.com/org/My%20Project/_git/r')).toBe(
    'https://dev.azure.com/org/My%20Project/_git/r',
  )
  expect(parseRepositoryUrl('https://dev.azure.com/org/p/_git/My%20name')?.name).toBe('My name')
  expect(parseRepositoryUrl('https://bücher.example./g/r.git')).toMatchObject({
    host: 'xn--bcher-kva.example',
    name: 'r',
  })
})

/** What people paste, and the repository and branch that they mean. */
const pasted: [text: string, url: string, branch?: string][] = [
  ['https://host.example/o/r/tree/main/src', 'https://host.example/o/r', 'main'],
  ['https://host.example/o/r/tree/main', 'https://host.example/o/r', 'main'],
  ['https://host.example/o/r/blob/v1.2/README.md', 'https://host.example/o/r', 'v1.2'],
  ['https://host.example/o/r/blob/main/README.md?plain=1#L3', 'https://host.example/o/r', 'main'],
  [`https://host.example/o/r/blob/${'a'.repeat(40)}/README.md`, 'https://host.example/o/r'],
  ['https://host.example/o/r/tree/%66eature', 'https://host.example/o/r', 'feature'],
  ['https://host.example:8443/a/b/c/-/tree/main/src', 'https://host.example:8443/a/b/c', 'main'],
  ['https://host.example/a/b/-/blob/dev/x.ts?ref_type=heads', 'https://host.example/a/b', 'dev'],
  ['https://host.example/a/b/-/issues', 'https://host.example/a/b'],
  ['https://host.example/o/r?tab=readme', 'https://host.example/o/r'],
  ['https://host.example/o/r#readme', 'https://host.example/o/r'],
  ['https://user:secret@host.example/o/r', 'https://host.example/o/r'],
  ['host.example/o/r', 'https://host.example/o/r'],
  ['host.example/o/r/tree/main', 'https://host.example/o/r', 'main'],
  ['ssh://git@host.example/o/r.git', 'git@host.example:o/r.git'],
  ['ssh://git@host.example:2222/o/s/r', 'git@host.example:o/s/r'],
  [' https://host.example/o/r\n', 'https://host.example/o/r'],
]

test.each(pasted)('pasted: %j is refused with a proposal', async (repo_url, url, branch) => {
  expect(await judge(repo_url)).toBe(422)
  const problem = GenerateRequest.safeParse({ repo_url }).error?.issues[0]?.message
  const proposed = branch === undefined ? `'${url}'` : `'${url}' with the branch '${branch}'`
  expect(problem).toBe(
    `must be https://host/group/repository(.git) or git@host:group/repository(.git). Did you mean ${proposed}?`,
  )
})

test.each([
  'o/r',
  'r',
  '',
  'ftp://host.example/o/r',
  'https://host.example/r',
  'mailto:a@host.example',
  `https://h.example/${'a/'.repeat(900)}b?`.repeat(2),
])('nothing is proposed for %j', (repo_url) => {
  const problem = GenerateRequest.safeParse({ repo_url }).error?.issues[0]?.message
  expect(problem).not.toContain('Did you mean')
})

test.each(['https://host.example/o/tree', 'https://host.example/o/r/tree', 'https://host.example/o/blob/x'])(
  'a repository that is really called so stays one: %s',
  async (url) => expect(await judge(url)).toBe(202),
)

describe('through the API', () => {
  let target: Target
  beforeAll(async () => {
    target = await openTarget()
  })
  afterAll(async () => await target?.[Symbol.asyncDispose]())

  test('every notation is rejected, and nothing is stored', async () => {
    const user = await target.user()
    const text = 'Repository URL must not target localhost or private networks'
    for (const host of Object.values(refusedHosts).flat()) {
      const reply = await user.post('/api/generate', { repo_url: `http://${host}/group/name` })
      expect(reply, host).toMatchObject({ status: 400, json: { detail: text } })
    }
    for (const repo_url of Object.values(noAddresses).flat()) {
      expect((await user.post('/api/generate', { repo_url })).status, repo_url).toBe(422)
    }
    expect((await user.get('/api/status')).json.projects).toEqual([])
  })
})

test('the guard throws a DomainError', async () => {
  const address = parseRepositoryUrl('http://localhost/g/r')
  await expect(address && resolveGuarded(address, [])).rejects.toBeInstanceOf(DomainError)
})

import { expect, test } from 'vitest'
import { explainGit } from '../../../../runner/stages/explain-git.ts'

test.each([
  'https://github.com/openssl/openssl',
  'https://github.com/acme/certificate-store.git',
  'https://github.com/acme/ssl-tools',
])('words in the address %s do not affect the explanation', (url) => {
  const said = `fatal: unable to access '${url}/': The requested URL returned error: 418`
  expect(explainGit(said, url)).toBe(`git could not clone '${url}': ${said}`)
})

test('credentials in an address are masked', () => {
  const said = 'fatal: could not follow https://someone:ghp_0123456789@git.example.com/g/r'
  expect(explainGit(said, 'https://example.com/g/r')).toBe(
    "git could not clone 'https://example.com/g/r': fatal: could not follow https://***@git.example.com/g/r",
  )
})

test("a rejected certificate is reported with git's reason", () => {
  const url = 'https://git.example.com/g/r'
  for (const problem of [
    'SSL certificate problem: self-signed certificate',
    'server certificate verification failed. CAfile: none CRLfile: none',
  ]) {
    const message = explainGit(`fatal: unable to access '${url}/': ${problem}`, url)
    expect(message).toMatch(/^The certificate of 'https:\/\/git\.example\.com\/g\/r' was rejected: /)
    expect(message).toContain(problem)
  }
})

import { describe, expect, test } from 'vitest'
import { GitAccessEnv, readEnv } from '../../../shared/env.ts'
import { GitToken, GitTokens, secretsOfTokens, tokenFor } from '../../../shared/git-tokens.ts'
import { createMask } from '../../../shared/mask.ts'
import { parseRepositoryUrl } from '../../../shared/repository-address.ts'

/** The user name and token for an address. */
function pairFor(url: string, list: string): string | undefined {
  const address = parseRepositoryUrl(url)
  const found = address && tokenFor(address, GitTokens.parse(list))
  return found && `${found.user}:${found.token}`
}

describe('each server gets the user name that it wants', () => {
  test.each([
    ['https://github.com/o/r', 'github.com=github_pat_1', 'x-access-token:github_pat_1'],
    ['https://acme.ghe.com/o/r', 'acme.ghe.com=ghp_1', 'x-access-token:ghp_1'],
    ['https://gitlab.com/g/r', 'gitlab.com=glpat-1', 'oauth2:glpat-1'],
    ['https://gitlab.com/g/r', 'gitlab.com=gitlab+deploy-token-7:gldt-1', 'gitlab+deploy-token-7:gldt-1'],
    ['https://bitbucket.org/w/r', 'bitbucket.org=ATCTT3x=0A1B', 'x-token-auth:ATCTT3x=0A1B'],
    ['https://bitbucket.org/w/r', 'bitbucket.org=ATATT3x=0A1B', 'x-bitbucket-api-token-auth:ATATT3x=0A1B'],
    ['https://bitbucket.org/w/r', 'bitbucket.org=ann@example.com:ATATT3x=0A1B', 'ann@example.com:ATATT3x=0A1B'],
    ['https://org@dev.azure.com/org/My%20project/_git/r', 'dev.azure.com=pat1', 'oauth2:pat1'],
    ['https://git.example.com:8443/g/r', 'git.example.com:8443=gitea1', 'oauth2:gitea1'],
    ['https://[2606:4700::1111]:8443/g/r', '[2606:4700::1111]:8443=gitea1', 'oauth2:gitea1'],
  ])('%s with %s', (url, list, expected) => expect(pairFor(url, list)).toBe(expected))
})

test('a token is for one host and port', () => {
  const list = 'GitHub.com=one, git.example.com:8443=two,git.example.com=three,'
  expect(pairFor('https://github.com/o/r', list)).toBe('x-access-token:one')
  expect(pairFor('https://git.example.com:8443/g/r', list)).toBe('oauth2:two')
  expect(pairFor('https://git.example.com/g/r', list)).toBe('oauth2:three')
  for (const url of [
    'https://github.com:8443/o/r',
    'https://github.com.example.com/o/r',
    'https://api.github.com/o/r',
    'https://example.com/o/r',
    'https://git.example.com:443443/g/r',
  ]) {
    expect(pairFor(url, list), url).toBeUndefined()
  }
})

test('GIT_TOKEN takes a token for github.com, or a list', () => {
  expect(GitToken.parse('ghp_1')).toMatchObject([{ host: 'github.com', user: 'x-access-token', token: 'ghp_1' }])
  expect(GitToken.parse('github.com=ghp_1,gitlab.com=glpat-1')).toMatchObject([
    { token: 'ghp_1' },
    { token: 'glpat-1' },
  ])
  expect(GitToken.parse('')).toEqual([])
})

test('what is wrong with an entry is said without repeating it', () => {
  const wrong = 'github.com=fine,gitlab.com=gldt-secret, https://host=secret,git.example.com=ann:'
  expect(() => readEnv(GitAccessEnv, { GIT_TOKENS: wrong })).toThrow(
    [
      'Invalid configuration:',
      '  GIT_TOKENS: entry 2 is a deploy token of GitLab: write host=user:token, with the user name that GitLab shows beside it',
      '  GIT_TOKENS: entry 3 must be host=token or host=user:token',
      '  GIT_TOKENS: entry 4 has no token after its user name, or more than one line',
    ].join('\n'),
  )
})

test('tokens are masked, and so is what basic authentication makes of them', () => {
  const mask = createMask(secretsOfTokens(GitTokens.parse('github.com=github_pat_0123456789')))
  const basic = Buffer.from('x-access-token:github_pat_0123456789').toString('base64')
  expect(mask(`Authorization: Basic ${basic} github_pat_0123456789`)).toBe('Authorization: Basic *** ***')
})

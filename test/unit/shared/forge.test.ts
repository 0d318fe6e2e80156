import { expect, test } from 'vitest'
import { ForgeKinds, forgeOf } from '../../../shared/forge.ts'

test.each([
  ['https://github.com/a/b', 'github'],
  ['https://acme.ghe.com/a/b', 'github'],
  ['https://github.example.com/a/b', 'github'],
  ['https://gitlab.example.com/a/b/c', 'gitlab'],
  ['https://gitlab-ce.example.com/a/b', 'gitlab'],
  ['https://bitbucket.org/a/b', 'bitbucket'],
  ['https://bitbucket.example.com/scm/a/b', 'bitbucket-server'],
  ['https://forgejo.example.com/a/b', 'gitea'],
  ['https://dev.azure.com/a/b/_git/c', 'azure'],
  ['https://acme.visualstudio.com/b/_git/c', 'azure'],
  ['https://git.example.com/a/b', undefined],
  ['https://constructor/a/b', undefined],
  ['https://notgithub.com/a/b', undefined],
])('%s runs %s', (url, kind) => expect(forgeOf(url, new Map())).toBe(kind))

test('what the setting says goes before a name, and for a port of its own before the host', () => {
  const kinds = ForgeKinds.parse('Git.Example.com=gitlab, git.example.com:8443=gitea,gitlab.example.com=GitHub')
  expect(forgeOf('https://git.example.com/a/b', kinds)).toBe('gitlab')
  expect(forgeOf('https://git.example.com:8443/a/b', kinds)).toBe('gitea')
  expect(forgeOf('https://gitlab.example.com/a/b', kinds)).toBe('github')
})

test.each(['git.example.com', 'git.example.com=svn', '=gitlab', 'https://x=gitlab', 'a=b=gitlab'])(
  'the setting %s is refused by name',
  (text) => {
    const { error } = ForgeKinds.safeParse(text)
    expect(error?.issues[0]?.message).toBe(
      `'${text}' must be host=github|gitlab|bitbucket|bitbucket-server|gitea|azure`,
    )
  },
)

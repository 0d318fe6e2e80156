import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { hasPassphrase, SshKey, sshPortOf } from '../../shared/ssh-access.ts'
import { temporaryFolder } from '../support/service-process.ts'

test('the port of an SSH server stands in the known hosts', () => {
  const knownHosts = [
    '# comment',
    'github.com,140.82.121.3 ssh-ed25519 AAAA',
    '[git.example.com]:2222 ssh-ed25519 AAAA',
    '[Both.example.com]:2222,both.example.com ssh-ed25519 AAAA',
    '@cert-authority [ca.example.com]:7999 ssh-ed25519 AAAA',
    '|1|hash=|hash= ssh-ed25519 AAAA',
  ].join('\n')
  const ports = ['github.com', 'git.example.com', 'both.example.com', 'ca.example.com', 'other.example.com']
  expect(ports.map((host) => sshPortOf(host, knownHosts))).toEqual([22, 2222, 22, 7999, 22])
})

test('a key may come with line feeds of any kind', () => {
  const key = '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n'
  for (const text of [key, key.trim(), key.replaceAll('\n', '\\n'), key.replaceAll('\n', '\r\n')]) {
    expect(SshKey.parse(text)).toBe(key)
  }
})

test('a passphrase is noticed in every format of keys', async () => {
  await using folder = await temporaryFolder('keys')
  const make = (name: string, passphrase: string, ...options: string[]) => {
    const path = join(folder.path, name)
    execFileSync('ssh-keygen', ['-q', '-N', passphrase, '-f', path, ...options])
    return readFileSync(path, 'utf8')
  }
  for (const options of [
    ['-t', 'ed25519'],
    ['-t', 'rsa', '-m', 'PEM'],
    ['-t', 'ecdsa', '-m', 'PKCS8'],
  ]) {
    expect(hasPassphrase(make(`open-${options.join('')}`, '', ...options)), options.join(' ')).toBe(false)
    expect(hasPassphrase(make(`closed-${options.join('')}`, 'a passphrase', ...options)), options.join(' ')).toBe(true)
  }
  expect(hasPassphrase('nonsense')).toBe(false)
})

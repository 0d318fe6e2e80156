import { execFileSync, spawn } from 'node:child_process'
import { existsSync, globSync, mkdirSync, readFileSync } from 'node:fs'
import { chmod, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { type ChildOutput, outputOf } from './child-output.ts'

export interface SshKeyPair {
  /** The private key's file and text. */
  path: string
  secret: string
  /** `ssh-ed25519 AAAA…` */
  publicKey: string
}

/** An ed25519 key. */
export function makeSshKey(folder: string, name: string, passphrase = ''): SshKeyPair {
  const path = join(folder, name)
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', passphrase, '-C', '', '-f', path])
  return { path, secret: readFileSync(path, 'utf8'), publicKey: readFileSync(`${path}.pub`, 'utf8').trim() }
}

export interface SshServer extends AsyncDisposable {
  port: number
  /** The server's line for `known_hosts`, under this name. */
  knownAs(host: string): string
  /** What sshd has logged so far. */
  log(): string
}

/**
 * OpenSSH's sshd on 127.0.0.1, as a forge: whoever has a key logs in as `git` and gets only the repositories that this key may read.
 * It runs as the current user, whom libnss-wrapper shows to it under the name `git`.
 *
 * @param root - the folder of the repositories
 * @param keys - public keys, each with the paths that it may read, such as `group/name.git`
 */
export async function startSshServer(
  folder: string,
  { root, keys }: { root: string; keys: [publicKey: string, reads: string[]][] },
): Promise<SshServer> {
  const library = requirePrograms()
  const hostKey = makeSshKey(folder, `host-${crypto.randomUUID()}`)
  // sshd insists on it when started by root; elsewhere its service makes it.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 })
  // sshd cannot choose a port by itself, and another program may take a free one first.
  for (;;) {
    const port = await freePort()
    const config = await writeFiles(folder, { root, keys, hostKey, port })
    const output = startSshd(config, library)
    const started = await output.said(/Server listening on|Cannot bind any address/)
    if (started !== 'Server listening on') continue
    return {
      port,
      knownAs: (host) => `[${host}]:${port} ${hostKey.publicKey}`,
      log: output.text,
      [Symbol.asyncDispose]: async () => {
        await output.end('SIGTERM')
      },
    }
  }
}

function startSshd(config: string, library: string): ChildOutput {
  const child = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', config], {
    env: {
      PATH: process.env.PATH,
      LD_PRELOAD: library,
      NSS_WRAPPER_PASSWD: `${config}.passwd`,
      NSS_WRAPPER_GROUP: `${config}.group`,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  return outputOf('sshd', child)
}

function requirePrograms(): string {
  const [library] = globSync('/usr/lib/*/libnss_wrapper.so')
  if (library && existsSync('/usr/sbin/sshd')) return library
  throw new Error("These tests need OpenSSH's server: apt-get install openssh-server libnss-wrapper")
}

async function writeFiles(
  folder: string,
  { root, keys, hostKey, port }: { root: string; keys: [string, string[]][]; hostKey: SshKeyPair; port: number },
): Promise<string> {
  const config = join(folder, `sshd-${port}`)
  const command = `${config}.sh`
  const authorized = keys.map(([key, reads]) => `restrict,command="${command} ${reads.join(' ')}" ${key}\n`)
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0]
  const files: Record<string, string> = {
    [config]: [
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${hostKey.path}`,
      `AuthorizedKeysFile ${config}.keys`,
      'StrictModes no',
      'UsePAM no',
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      'PermitRootLogin prohibit-password',
      'AcceptEnv GIT_PROTOCOL',
      'PidFile none',
      '',
    ].join('\n'),
    [command]: serve(root),
    [`${config}.keys`]: authorized.join(''),
    // The user that sshd needs for itself keeps its number.
    [`${config}.passwd`]: [
      ...readFileSync('/etc/passwd', 'utf8')
        .split('\n')
        .filter((line) => /^(root|sshd):/.test(line)),
      `git:x:${uid}:${gid}::${folder}:/bin/sh`,
      '',
    ].join('\n'),
    [`${config}.group`]: readFileSync('/etc/group', 'utf8'),
  }
  for (const [path, content] of Object.entries(files)) await writeFile(path, content)
  await chmod(command, 0o755)
  return config
}

/**
 * Serves the repositories named in its arguments, and answers for all others as GitHub does. While there is a file `.hold` beside the
 * repositories, it waits, having made a file `.held`.
 */
const serve = (root: string): string => `#!/bin/sh
path=$(printf %s "$SSH_ORIGINAL_COMMAND" | sed -n "s/^git-upload-pack '\\(.*\\)'$/\\1/p")
test ! -e '${root}/.hold' || touch '${root}/.held'
while test -e '${root}/.hold'; do sleep 0.1; done
case " $* " in *" $path "*) exec git upload-pack '${root}/'"$path" ;; esac
echo 'ERROR: Repository not found.' >&2
exit 1
`

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

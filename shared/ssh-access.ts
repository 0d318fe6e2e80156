import * as z from 'zod'

/** A text of several lines, whose line feeds may be written as `\n`: not every place for variables can hold real ones. */
const lines = z.string().transform((text) => `${text.replaceAll(/\\n|\r\n?/g, '\n').trim()}\n`)

/** A private key in OpenSSH's or PEM format. */
export const SshKey = lines.optional()

/** Host keys, one per line, in the format of OpenSSH's `known_hosts`. */
export const KnownHosts = lines.default('')

/** Whether a private key is protected by a passphrase, which nobody could enter. */
export function hasPassphrase(key: string): boolean {
  if (/^Proc-Type:.*ENCRYPTED|^-+BEGIN ENCRYPTED PRIVATE KEY/m.test(key)) return true
  const body = /^-+BEGIN OPENSSH PRIVATE KEY-+$(.*?)^-+END/ms.exec(key)?.[1]
  if (body === undefined) return false
  // https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.key: magic, then the length and the name of the cipher.
  const bytes = Buffer.from(body, 'base64')
  const start = MAGIC.length + 4
  if (bytes.length < start) return false
  return bytes.toString('latin1', start, start + bytes.readUInt32BE(MAGIC.length)) !== 'none'
}

const MAGIC = 'openssh-key-v1\0'

/**
 * The port of a host's SSH server. An entry such as `[git.example.com]:2222` in the known hosts tells it, since addresses like
 * `git@host:group/repository` cannot.
 */
export function sshPortOf(host: string, knownHosts: string): number {
  const ports = serversIn(knownHosts).filter((server) => server.host === host.replace(/^\[|\]$/g, ''))
  return ports[0] && ports.every(({ port }) => port !== SSH_PORT) ? ports[0].port : SSH_PORT
}

/** The ports of all servers in the known hosts. */
export const sshPortsIn = (knownHosts: string): number[] => [
  ...new Set(serversIn(KnownHosts.parse(knownHosts)).map(({ port }) => port)),
]

export const SSH_PORT = 22

/** The host of an entry with a hashed name is that hash. */
function serversIn(knownHosts: string): { host: string; port: number }[] {
  const lines = knownHosts.split('\n').filter((line) => /^[^#\s]/.test(line))
  const names = lines.flatMap(
    (line) =>
      line
        .replace(/^@\S+\s+/, '')
        .split(/\s/, 1)[0]
        ?.split(',') ?? [],
  )
  return names.map((name) => {
    const [, host = name, port = SSH_PORT] = /^\[(.+)\]:(\d{1,5})$/.exec(name) ?? []
    return { host: host.toLowerCase(), port: Number(port) }
  })
}

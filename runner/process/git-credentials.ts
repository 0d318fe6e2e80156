/** Settings and variables with which git has credentials for one server. */
export interface Handover {
  config?: Record<string, string>
  environment: Record<string, string>
}

/**
 * Lets git answer a server that asks for credentials, and no other server: git itself compares the origin. A public repository is
 * fetched without any. The secret stands in the environment of git alone; the helper is a line of shell that prints it with a
 * built-in command, so it appears in no list of processes and in no file.
 *
 * @param origin - `https://host` or `https://host:port`
 */
export const handOverToken = (origin: string, { user, token }: { user: string; token: string }): Handover => ({
  config: { [`credential.${origin}.helper`]: HELPER },
  environment: { DOCSFY_GIT_USER: user, DOCSFY_GIT_TOKEN: token },
})

/** git calls it as `helper get`, and also to store or erase what it answered. */
const HELPER = `!f() { test "$1" != get || printf 'username=%s\\npassword=%s\\n' "$DOCSFY_GIT_USER" "$DOCSFY_GIT_TOKEN"; }; f`

export interface SshIdentity {
  /** A file with a private key that only we can read, or the socket of an agent. */
  key: { file: string } | { agent: string }
  knownHostsFile: string
}

export interface SshServer {
  host: string
  port: number
  /** The checked address to connect to. */
  ip: string
}

/**
 * Lets git use one SSH identity for one server, at the given address. The server's host key must be known, under the server's name.
 * None of the system's or the user's SSH configuration, keys or agents is used.
 */
export const handOverSsh = (identity: SshIdentity, server: SshServer): Handover => ({
  environment: {
    GIT_SSH_VARIANT: 'ssh',
    GIT_SSH_COMMAND: ['ssh', '-F', 'none', ...sshOptions(identity, server)].map(quoteForShell).join(' '),
  },
})

function sshOptions({ key, knownHostsFile }: SshIdentity, { host, port, ip }: SshServer): string[] {
  const options: Record<string, string> = {
    HostName: ip,
    Port: String(port),
    HostKeyAlias: port === 22 ? host : `[${host}]:${port}`,
    StrictHostKeyChecking: 'yes',
    UserKnownHostsFile: quoteForSsh(knownHostsFile),
    GlobalKnownHostsFile: '/dev/null',
    CheckHostIP: 'no',
    UpdateHostKeys: 'no',
    VerifyHostKeyDNS: 'no',
    ...('file' in key
      ? { IdentityFile: quoteForSsh(key.file), IdentitiesOnly: 'yes', IdentityAgent: 'none' }
      : { IdentityFile: 'none', IdentityAgent: quoteForSsh(key.agent) }),
    PreferredAuthentications: 'publickey',
    BatchMode: 'yes',
    ForwardAgent: 'no',
    ClearAllForwardings: 'yes',
    ControlPath: 'none',
    ConnectTimeout: '30',
    // Gives up on a server that has been silent for a minute.
    ServerAliveInterval: '15',
    ServerAliveCountMax: '4',
  }
  return Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`])
}

/** A path as a value in ssh's configuration, where `%` begins a token. */
const quoteForSsh = (path: string): string => `"${path.replaceAll(/["\\]/g, '\\$&').replaceAll('%', '%%')}"`

/** git runs the command in a shell. */
const quoteForShell = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`

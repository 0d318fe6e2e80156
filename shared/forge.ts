import * as z from 'zod'

/** The programs that host repositories, each with addresses of its own for a file's lines. Forgejo's are Gitea's. */
export const ForgeKind = z.enum(['github', 'gitlab', 'bitbucket', 'bitbucket-server', 'gitea', 'azure'])
export type ForgeKind = z.infer<typeof ForgeKind>

/** `host=kind`, separated by commas: what self-hosted servers run. The host may have a port. */
export const ForgeKinds = z
  .string()
  .default('')
  .transform((text, context) => {
    const kinds = new Map<string, ForgeKind>()
    for (const entry of text.split(/[,\s]+/).filter(Boolean)) {
      const [, name = '', port = '', value] = /^(\[[\da-f:.]+\]|[^\s/@:=[\]]+)(:\d{1,5})?=([a-z-]+)$/i.exec(entry) ?? []
      const [host, kind] = [URL.parse(`http://${name}/`)?.hostname, ForgeKind.safeParse(value?.toLowerCase())]
      if (host && kind.success) kinds.set(host + port, kind.data)
      else context.addIssue({ code: 'custom', message: `'${entry}' must be host=${ForgeKind.options.join('|')}` })
    }
    return kinds
  })

/** What the server of a repository runs: what `FORGE_KINDS` says, else what its name says; undefined if neither does. */
export function forgeOf(browseUrl: string, kinds: ReadonlyMap<string, ForgeKind>): ForgeKind | undefined {
  const url = URL.parse(browseUrl)
  if (!url) return undefined
  return kinds.get(url.host) ?? kinds.get(url.hostname) ?? namedForge(url.hostname)
}

/** Undefined for a server that could be anything: a wrong link would be worse than none. */
export function namedForge(hostname: string): ForgeKind | undefined {
  const known = HOSTS.get(hostname)
  if (known) return known
  if (hostname.endsWith('.visualstudio.com')) return 'azure'
  if (hostname.endsWith('.ghe.com')) return 'github'
  const named = hostname.split('.').flatMap((label) => LABELS.get(label.split('-')[0] ?? '') ?? [])
  return named[0]
}

const HOSTS = new Map<string, ForgeKind>([
  ['github.com', 'github'],
  ['gitlab.com', 'gitlab'],
  ['bitbucket.org', 'bitbucket'],
  ['codeberg.org', 'gitea'],
  ['gitea.com', 'gitea'],
  ['dev.azure.com', 'azure'],
])

/** Names that companies give their own servers. Bitbucket's own host is the only one of its cloud. */
const LABELS = new Map<string, ForgeKind>([
  ['github', 'github'],
  ['gitlab', 'gitlab'],
  ['bitbucket', 'bitbucket-server'],
  ['gitea', 'gitea'],
  ['forgejo', 'gitea'],
])

import type { ForgeKind } from '../../shared/forge.ts'
import type { SourceRange } from '../../shared/page.ts'

interface Place extends SourceRange {
  commit: string
}

/**
 * The URL of a file, of some of its lines, or of a folder, at a commit, on a repository's page. Where a forge would show a markdown
 * file as it is read, which has no lines, the URL asks for its source.
 *
 * @param repository - an http(s) URL without a slash at its end
 */
export const forgeUrl = (kind: ForgeKind, repository: string, place: Place): string => FORMS[kind](repository, place)

const FORMS: Record<ForgeKind, (repository: string, place: Place) => string> = {
  github: (repository, place) =>
    `${repository}/${isFolder(place) ? 'tree' : 'blob'}/${at(place)}${asSource(place, '?plain=1')}${lines(place, '#L', '-L')}`,
  gitlab: (repository, place) =>
    `${repository}/-/${isFolder(place) ? 'tree' : 'blob'}/${at(place)}${asSource(place, '?plain=1')}${lines(place, '#L', '-')}`,
  bitbucket: (repository, place) => `${repository}/src/${at(place)}${lines(place, '#lines-', ':')}`,
  'bitbucket-server': (repository, place) =>
    `${serverRepository(repository)}/browse/${pathOf(place)}?at=${encodeURIComponent(place.commit)}${lines(place, '#', '-')}`,
  gitea: (repository, place) =>
    `${repository}/src/commit/${at(place)}${asSource(place, '?display=source')}${lines(place, '#L', '-L')}`,
  azure: (repository, place) =>
    `${repository}?path=${encodeURIComponent(`/${place.path.replace(/\/$/, '')}`)}&version=GC${encodeURIComponent(place.commit)}${azureLines(place)}`,
}

const isFolder = ({ path }: Place): boolean => path.endsWith('/')

const pathOf = ({ path }: Place): string => path.replace(/\/$/, '').split('/').map(encodeURIComponent).join('/')

const at = (place: Place): string => `${encodeURIComponent(place.commit)}/${pathOf(place)}`

const asSource = ({ path, startLine }: Place, query: string): string =>
  startLine !== undefined && /\.(?:md|mdx|markdown|mkd|mdown|rst|adoc|asciidoc|org)$/i.test(path) ? query : ''

const lines = ({ startLine, endLine }: Place, before: string, between: string): string =>
  startLine === undefined ? '' : `${before}${startLine}${between}${endLine}`

/** The end is exclusive: the first column of the next line. */
const azureLines = ({ startLine, endLine = startLine }: Place): string =>
  startLine === undefined || endLine === undefined
    ? ''
    : `&line=${startLine}&lineEnd=${endLine + 1}&lineStartColumn=1&lineEndColumn=1&lineStyle=plain&_a=contents`

/** Bitbucket's server clones from `/scm/<project>/<name>`, over ssh from `/<project>/<name>`, and shows the same elsewhere. */
export function serverRepository(repository: string): string {
  const { origin, pathname } = new URL(repository)
  const segments = pathname.split('/').filter(Boolean)
  const [project = '', name] = segments.slice(-2)
  if (name === undefined || project === 'repos') return repository
  const before = segments.slice(0, -2).filter((segment, index, all) => segment !== 'scm' || index < all.length - 1)
  const owner = project.startsWith('~') ? ['users', project.slice(1)] : ['projects', project]
  return [origin, ...before, ...owner, 'repos', name].join('/')
}

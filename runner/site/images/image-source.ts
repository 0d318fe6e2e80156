/** What the address of an image in a page leads to. */
export type ImageSource =
  /** An image on another host, which a site only links. */
  | { kind: 'remote'; url: string }
  /** The paths of the repository that it may stand for; the first that exists counts. */
  | { kind: 'file'; paths: string[] }

/** Reads the address of an image; undefined for one that a site can neither show nor link. */
export function imageSource(address: string): ImageSource | undefined {
  const url = URL.parse(address.startsWith('//') ? `https:${address}` : address)
  if (url) return /^https?:$/.test(url.protocol) ? { kind: 'remote', url: url.href } : undefined
  const path = pathIn(address)
  return path === undefined ? undefined : { kind: 'file', paths: [path, ...fromImagesFolder(path)] }
}

/** The path from the repository's root. Pages have no folder, so what leads above it is cut off. */
function pathIn(address: string): string | undefined {
  const [written = ''] = address.split(/[?#]/, 1)
  try {
    const { pathname } = new URL(written, 'file:///')
    const path = decodeURIComponent(pathname).slice(1)
    return path === '' || /[\0\\]/.test(path) ? undefined : path
  } catch {
    return undefined
  }
}

/** Where a project keeps images for its documentation. Pages refer to them as `images/<name>`. */
const IMAGES_FOLDER = 'docsfy-images'

function fromImagesFolder(path: string): string[] {
  const [, name] = /^images\/([^/]+)$/.exec(path) ?? []
  return name === undefined ? [] : [`${IMAGES_FOLDER}/${name}`]
}

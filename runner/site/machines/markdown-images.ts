import type { Image, ImageReference, Nodes, PhrasingContent, Root } from 'mdast'
import { visit } from 'unist-util-visit'
import { imageSource } from '../images/image-source.ts'
import type { SiteImage } from '../images/take-images.ts'

/** Does to the images of a page's markdown what its HTML does: the site's own are shown, others linked, and missing ones named. */
export function placeMarkdownImages(tree: Root, images: ReadonlyMap<string, SiteImage>): void {
  const addresses = new Map<string, string>()
  visit(tree, 'definition', ({ identifier, url }) => {
    if (!addresses.has(identifier)) addresses.set(identifier, url)
  })
  const addressOf = (node: Image | ImageReference) =>
    node.type === 'image' ? node.url : addresses.get(node.identifier)
  const place = (node: Nodes, isInLink: boolean): void => {
    if (node.type === 'html') node.value = withImages(node.value, images)
    if (!('children' in node)) return
    for (const [index, child] of node.children.entries()) {
      if (child.type === 'image' || child.type === 'imageReference')
        node.children[index] = shown(addressOf(child) ?? '', child.alt ?? '', images, isInLink)
      else place(child, isInLink || child.type === 'link' || child.type === 'linkReference')
    }
  }
  place(tree, false)
}

function shown(
  address: string,
  alt: string,
  images: ReadonlyMap<string, SiteImage>,
  isInLink: boolean,
): PhrasingContent {
  const image = images.get(address)
  if (image) return { type: 'image', url: image.path, alt }
  const source = imageSource(address)
  if (source?.kind !== 'remote' || isInLink) return { type: 'text', value: alt }
  return { type: 'link', url: source.url, children: [{ type: 'text', value: alt === '' ? source.url : alt }] }
}

/** Raw HTML has its images as `tameHtml` writes them. */
const withImages = (html: string, images: ReadonlyMap<string, SiteImage>): string =>
  html.replaceAll(/<span data-image="([^"]*)">([^<]*)<\/span>/g, (_, address: string, alt: string) => {
    const image = images.get(address.replaceAll('&amp;', '&'))
    return image ? `<img src="${image.path}" alt="${alt.replaceAll('"', '&quot;')}">` : alt
  })

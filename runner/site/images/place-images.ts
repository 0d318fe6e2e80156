import type { Element, ElementContent, Root } from 'hast'
import { toString as textOf } from 'hast-util-to-string'
import { h } from 'hastscript'
import { visit } from 'unist-util-visit'
import { EXTERNAL_REL } from '../source-link.ts'
import { imageSource } from './image-source.ts'
import type { SiteImage } from './take-images.ts'

/** The addresses of a page's images, as its author wrote them. */
export function imagesIn(content: Root): string[] {
  const addresses: string[] = []
  visit(content, 'element', ({ properties: { dataImage } }) => {
    if (typeof dataImage === 'string') addresses.push(dataImage)
  })
  return addresses
}

/**
 * Puts images in their places in a sanitised page. One on another host becomes a link, and one that the site doesn't have its
 * alternative text.
 */
export function placeImages(content: Root, images: ReadonlyMap<string, SiteImage>): void {
  content.children = placed(content.children as ElementContent[], images, false)
}

function placed(
  nodes: readonly ElementContent[],
  images: ReadonlyMap<string, SiteImage>,
  isInLink: boolean,
): ElementContent[] {
  return nodes.flatMap((node) => {
    if (node.type !== 'element') return [node]
    if (typeof node.properties.dataImage === 'string') return shown(node, node.properties.dataImage, images, isInLink)
    node.children = placed(node.children, images, isInLink || node.tagName === 'a')
    return [node]
  })
}

function shown(
  span: Element,
  address: string,
  images: ReadonlyMap<string, SiteImage>,
  isInLink: boolean,
): ElementContent[] {
  const image = images.get(address)
  const alt = textOf(span).trim()
  if (image) {
    const { path, width, height } = image
    return [h('img', { src: path, alt, width, height, loading: 'lazy', decoding: 'async' })]
  }
  const source = imageSource(address)
  if (source?.kind !== 'remote' || isInLink) return span.children
  return [h('a', { href: source.url, rel: EXTERNAL_REL }, alt === '' ? source.url : span.children)]
}

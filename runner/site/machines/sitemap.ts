import { fileOf, type SiteMap } from '../site-map.ts'

/** `sitemap.xml` of a site that is published at an address. */
export function sitemap({ context, pages }: SiteMap, baseUrl: string): string {
  const entries = ['', ...pages.map(({ slug }) => fileOf(slug))].map(
    (file) => `<url><loc>${escaped(baseUrl + file)}</loc><lastmod>${context.generatedAt.slice(0, 10)}</lastmod></url>`,
  )
  return `<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n${entries.join('\n')}\n</urlset>\n`
}

const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)

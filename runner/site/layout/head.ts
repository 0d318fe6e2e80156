import type { Element, Properties } from 'hast'
import { h } from 'hastscript'
import { BOOT_SCRIPT, SITE_POLICY } from '../../../shared/site-policy.ts'
import { markdownFileOf, type SiteMap } from '../site-map.ts'
import { fill } from '../texts/fill.ts'
import type { Document } from './document.ts'

export function head({ title, description, kind, file, slug }: Document, { context, logo, texts }: SiteMap): Element {
  const { plan, indexable = false, baseUrl } = context
  const isListed = kind === 'page' || kind === 'landing'
  const about = description || plan.tagline || fill(texts.about, { project: plan.project_name })
  const address = baseUrl === undefined || !isListed ? undefined : baseUrl + (file === 'index.html' ? '' : file)
  const metas: Properties[] = [
    { name: 'viewport', content: 'width=device-width, initial-scale=1' },
    { name: 'description', content: about },
    ...(indexable && isListed ? [] : [{ name: 'robots', content: 'noindex' }]),
    { name: 'color-scheme', content: 'light dark' },
    { property: 'og:type', content: kind === 'page' ? 'article' : 'website' },
    { property: 'og:site_name', content: plan.project_name },
    { property: 'og:title', content: title ?? plan.project_name },
    { property: 'og:description', content: about },
    ...(address ? [{ property: 'og:url', content: address }] : []),
  ]
  return h(
    'head',
    {},
    h('meta', { charSet: 'utf-8' }),
    h('meta', { httpEquiv: 'Content-Security-Policy', content: SITE_POLICY }),
    h('script', {}, BOOT_SCRIPT),
    metas.map((meta) => h('meta', meta)),
    h('title', {}, title === undefined ? plan.project_name : `${title} · ${plan.project_name}`),
    h('link', { rel: ['stylesheet'], href: 'assets/style.css' }),
    address ? h('link', { rel: ['canonical'], href: address }) : undefined,
    slug === undefined
      ? undefined
      : h('link', { rel: ['alternate'], type: 'text/markdown', href: `./${markdownFileOf(slug)}` }),
    // Without an icon, browsers request /favicon.ico from the server's root.
    logo
      ? h('link', { rel: ['icon'], href: logo.path })
      : h('link', { rel: ['icon'], type: 'image/svg+xml', href: 'assets/icon.svg' }),
    h('script', { src: 'assets/site.js', defer: true }),
  )
}

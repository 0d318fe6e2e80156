import type { Element } from 'hast'
import { h } from 'hastscript'
import type { SiteMap } from '../site-map.ts'
import { EXTERNAL_REL, repositoryUrl } from '../source-link.ts'

/** What was documented, when, and by which model. */
export function footer({ context: { browseUrl, commit, generatedAt, plan, ref, writtenBy } }: SiteMap): Element {
  const href = repositoryUrl(browseUrl)
  const project = h('bdi', {}, plan.project_name)
  return h(
    'footer',
    { className: ['site-footer'] },
    h(
      'p',
      {},
      'Documentation of ',
      href ? h('a', { href, rel: EXTERNAL_REL }, project) : project,
      ref === '' ? undefined : [' at ', h('bdi', {}, ref)],
      ', commit ',
      h('code', { title: commit }, commit.slice(0, 7)),
      ', ',
      h('time', { dateTime: generatedAt }, readableTime(generatedAt)),
      '.',
    ),
    h('p', {}, 'Written by ', h('bdi', {}, writtenBy), '.'),
  )
}

/** `24 November 2026, 09:53 UTC` */
function readableTime(instant: string): string {
  const date = new Date(instant)
  const day = date.toLocaleDateString('en-GB', { dateStyle: 'long', timeZone: 'UTC' })
  return `${day}, ${date.toLocaleTimeString('en-GB', { timeStyle: 'short', timeZone: 'UTC' })} UTC`
}

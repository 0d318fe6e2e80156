import type { Element } from 'hast'
import { h } from 'hastscript'
import { readableTime } from '../readable-time.ts'
import { CHANGES_FILE, type SiteMap } from '../site-map.ts'
import { EXTERNAL_REL, repositoryUrl } from '../source-link.ts'
import { fillWith } from '../texts/fill.ts'

/** What was documented, when, and by which model. */
export function footer({ context, hasChanges, texts, textLanguage }: SiteMap): Element {
  const { browseUrl, commit, generatedAt, plan, ref, writtenBy } = context
  const href = repositoryUrl(browseUrl)
  const project = h('bdi', {}, plan.project_name)
  return h(
    'footer',
    { className: ['site-footer'] },
    h(
      'p',
      {},
      fillWith(ref === '' ? texts.documentationOf : texts.documentationOfRef, {
        project: href ? h('a', { href, rel: EXTERNAL_REL }, project) : project,
        ref: h('bdi', {}, ref),
        commit: h('code', { title: commit }, commit.slice(0, 7)),
        time: h('time', { dateTime: generatedAt }, readableTime(generatedAt, textLanguage)),
      }),
      hasChanges ? [' ', h('a', { href: `./${CHANGES_FILE}` }, texts.whatChanged)] : undefined,
    ),
    h('p', {}, fillWith(texts.writtenBy, { model: h('bdi', {}, writtenBy) })),
  )
}

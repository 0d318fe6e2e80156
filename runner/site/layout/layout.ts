import type { Root } from 'hast'
import { h } from 'hastscript'
import type { SiteMap } from '../site-map.ts'
import type { Document } from './document.ts'
import { footer } from './footer.ts'
import { head } from './head.ts'
import { header } from './header.ts'
import { navigation } from './navigation.ts'

/** Wraps content in the layout that all documents of a site share: head, header, navigation, footer. No inline styles. */
export const layout = (document: Document, site: SiteMap): Root => ({
  type: 'root',
  children: [
    { type: 'doctype' },
    h(
      'html',
      { lang: site.language.tag, dir: site.language.direction },
      head(document, site),
      h(
        'body',
        { className: [document.kind] },
        h('a', { className: ['skip'], href: '#content' }, site.texts.skip),
        header(document, site),
        h(
          'div',
          { className: ['layout'] },
          navigation(document, site),
          h('main', { id: 'content', tabIndex: -1 }, ...document.main),
        ),
        footer(site),
      ),
    ),
  ],
})

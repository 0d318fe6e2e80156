import { find, findAll } from './find.ts'

/** Pixels from the top within which a heading counts as reached. */
const REACHED = 110

/** Marks the section that is being read in the table of contents. */
export function setUpContents(): void {
  const toc = find('.toc')
  const details = toc && find<HTMLDetailsElement>('details', toc)
  if (!toc || !details) return
  const wide = matchMedia('(min-width: 1181px)')
  const fold = () => {
    details.open = wide.matches
  }
  fold()
  wide.addEventListener('change', fold)

  const links = findAll<HTMLAnchorElement>('a[href^="#"]', toc)
  const headings = links.map((link) => document.getElementById(decodeURIComponent(link.hash.slice(1))))
  let current: HTMLAnchorElement | undefined
  /** A link that was clicked stays marked until the reader scrolls by hand. */
  let clicked = false
  let waits = false

  const mark = (link: HTMLAnchorElement | undefined) => {
    if (link === current) return
    current?.removeAttribute('aria-current')
    link?.setAttribute('aria-current', 'true')
    current = link
    if (link && wide.matches) keepInView(toc, link)
  }
  const markRead = () => {
    waits = false
    if (clicked) return
    const { scrollHeight } = document.documentElement
    const isAtEnd = window.scrollY > 0 && window.scrollY + window.innerHeight >= scrollHeight - 2
    const last = headings.findLastIndex((heading) => heading && heading.getBoundingClientRect().top <= REACHED)
    mark(links[isAtEnd ? links.length - 1 : last])
  }
  const soon = () => {
    if (waits) return
    waits = true
    requestAnimationFrame(markRead)
  }
  toc.addEventListener('click', (event) => {
    const link = (event.target as Element).closest('a')
    if (!link) return
    clicked = true
    mark(link)
    if (!wide.matches) details.open = false
  })
  for (const byHand of ['wheel', 'touchmove', 'keydown', 'pointerdown']) {
    addEventListener(
      byHand,
      () => {
        clicked = false
      },
      { passive: true },
    )
  }
  addEventListener('scroll', soon, { passive: true })
  addEventListener('resize', soon, { passive: true })
  markRead()
}

function keepInView(toc: HTMLElement, link: HTMLElement): void {
  const [outer, inner] = [toc.getBoundingClientRect(), link.getBoundingClientRect()]
  if (inner.top < outer.top || inner.bottom > outer.bottom) toc.scrollTop += inner.top - outer.top - outer.height / 2
}

import { find, findAll } from './find.ts'

/** While the navigation is open as a drawer, the rest of the page is inert. Escape and focus are the popover's own work. */
export function setUpDrawer(): void {
  const drawer = find('#pages[popover]')
  if (!drawer) return
  const rest = findAll('body > .skip, body > .site-header, main, body > .site-footer')
  drawer.addEventListener('beforetoggle', (event) => {
    // Closed, the rest must take the focus again before the browser gives it back.
    if ((event as ToggleEvent).newState === 'closed') setInert(false)
  })
  drawer.addEventListener('toggle', (event) => {
    const isOpen = (event as ToggleEvent).newState === 'open'
    setInert(isOpen)
    if (isOpen) find('.close', drawer)?.focus()
  })
  matchMedia('(min-width: 861px)').addEventListener('change', ({ matches }) => {
    if (matches && drawer.matches(':popover-open')) drawer.hidePopover()
  })

  function setInert(inert: boolean): void {
    for (const element of rest) element.inert = inert
  }
}

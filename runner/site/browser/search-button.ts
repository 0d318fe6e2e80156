import type { SearchIndex } from '../search/search-index.ts'
import { find } from './find.ts'
import { loadScript } from './load-script.ts'
import { texts } from './texts.ts'

/** What the search's own script offers once it is loaded. */
export interface Search {
  open(index: SearchIndex): void
}

/** Opens the search by its button, `/`, Ctrl-K or Cmd-K. Its script and index are loaded when it is first used. */
export function setUpSearchButton(): void {
  const button = find<HTMLButtonElement>('.search-button')
  if (!button) return
  let loaded: Promise<[SearchIndex, Search]> | undefined
  const open = async () => {
    button.setAttribute('aria-busy', 'true')
    try {
      loaded ??= loadSearch()
      const [index, search] = await loaded
      search.open(index)
    } catch {
      loaded = undefined
      button.title = texts.searchFailed
    } finally {
      button.removeAttribute('aria-busy')
    }
  }
  button.disabled = false
  button.addEventListener('click', open)
  document.addEventListener('keydown', (event) => {
    if (!isShortcut(event) || find('dialog[open]')) return
    event.preventDefault()
    void open()
  })
}

const loadSearch = async (): Promise<[SearchIndex, Search]> =>
  (await Promise.all([loadScript('search-index'), loadScript('search')])) as [SearchIndex, Search]

function isShortcut({ key, ctrlKey, metaKey, altKey, shiftKey, target }: KeyboardEvent): boolean {
  if (key.toLowerCase() === 'k') return (ctrlKey || metaKey) && !altKey && !shiftKey
  const isTyping =
    target instanceof HTMLElement && (target.isContentEditable || /^(?:input|textarea|select)$/i.test(target.tagName))
  return key === '/' && !ctrlKey && !metaKey && !altKey && !isTyping
}

import type { SearchIndex } from '../../search/search-index.ts'
import { counted, fill } from '../../texts/fill.ts'
import { findAll, make } from '../find.ts'
import { texts } from '../texts.ts'
import { type Engine, type Hit, openEngine, type PageHits } from './engine.ts'
import type { Piece } from './excerpt.ts'

/** The dialog of the search. All of it works with the keyboard: the focus stays in the field, and arrows choose a result. */
export function createDialog(): { open(index: SearchIndex): void } {
  const input = make('input', 'search-input')
  const status = make('p', 'search-status')
  const results = make('div', 'search-results')
  const dialog = make('dialog', 'search', fieldOf(input), status, results, hints())
  let engine: Engine | undefined
  dialog.setAttribute('aria-label', texts.search)
  status.setAttribute('role', 'status')
  set(results, { id: 'search-results', role: 'listbox', 'aria-label': texts.results })
  document.body.append(dialog)

  input.addEventListener('input', () => {
    const query = input.value.trim()
    const found = query === '' || !engine ? [] : engine(query)
    results.replaceChildren(...found.map(pageOf))
    status.textContent = query === '' ? '' : statusOf(query, found)
    input.setAttribute('aria-expanded', String(found.length > 0))
    choose(options()[0])
  })
  input.addEventListener('keydown', (event) => {
    if (event.isComposing) return
    const all = options()
    const at = all.findIndex((option) => option.ariaSelected === 'true')
    if (event.key === 'ArrowDown') choose(all[(at + 1) % all.length])
    else if (event.key === 'ArrowUp') choose(all[(at - 1 + all.length) % all.length])
    else if (event.key === 'Enter') all[at]?.click()
    // By themselves, browsers only empty a field for searches.
    else if (event.key === 'Escape') dialog.close()
    else return
    event.preventDefault()
  })
  results.addEventListener('mousemove', ({ target }) => {
    const option = (target as Element).closest<HTMLElement>('[role="option"]')
    if (option && option.ariaSelected !== 'true') choose(option)
  })
  dialog.addEventListener('click', ({ target }) => {
    if (target === dialog || (target as Element).closest('[role="option"], .search-close')) dialog.close()
  })

  return {
    open(index) {
      engine ??= openEngine(index)
      if (!dialog.open) dialog.showModal()
      input.focus()
      input.select()
    },
  }

  function options(): HTMLElement[] {
    return findAll('[role="option"]', results)
  }

  function choose(chosen: HTMLElement | undefined): void {
    for (const [index, option] of options().entries()) {
      option.id = `search-option-${index}`
      option.ariaSelected = String(option === chosen)
    }
    if (chosen) input.setAttribute('aria-activedescendant', chosen.id)
    else input.removeAttribute('aria-activedescendant')
    chosen?.scrollIntoView({ block: 'nearest' })
  }
}

function fieldOf(input: HTMLInputElement): HTMLElement {
  set(input, {
    type: 'search',
    role: 'combobox',
    placeholder: texts.searchHere,
    autocomplete: 'off',
    spellcheck: 'false',
    enterkeyhint: 'go',
    'aria-label': texts.search,
    'aria-autocomplete': 'list',
    'aria-controls': 'search-results',
    'aria-expanded': 'false',
  })
  const close = make('button', 'search-close', 'Esc')
  set(close, { type: 'button', 'aria-label': texts.closeSearch })
  const icon = make('span', 'icon icon-search')
  icon.setAttribute('aria-hidden', 'true')
  return make('div', 'search-field', icon, input, close)
}

function hints(): HTMLElement {
  const key = (name: string) => make('kbd', '', name)
  const list = make(
    'p',
    'search-hints',
    key('↑'),
    key('↓'),
    ` ${texts.choose} `,
    key('↵'),
    ` ${texts.open} `,
    key('Esc'),
    ` ${texts.close}`,
  )
  list.setAttribute('aria-hidden', 'true')
  return list
}

function statusOf(query: string, found: readonly PageHits[]): string {
  const count = found.reduce((sum, { hits }) => sum + hits.length, 0)
  if (count === 0) return fill(texts.nothingFound, { query })
  return counted(texts.resultsFound, count)
}

function pageOf({ title, group, hits }: PageHits, index: number): HTMLElement {
  const label = make('p', 'search-page', title, make('span', '', group))
  label.id = `search-page-${index}`
  const page = make('div', 'search-group', label, ...hits.map(optionOf))
  set(page, { role: 'group', 'aria-labelledby': label.id })
  return page
}

function optionOf({ href, heading, excerpt }: Hit): HTMLElement {
  const option = make('a', 'search-hit')
  if (heading.length > 0) option.append(make('span', 'search-heading', ...heading.map(pieceOf)))
  if (excerpt.length > 0) option.append(make('span', 'search-excerpt', ...excerpt.map(pieceOf)))
  if (option.textContent === '') option.append(texts.topOfPage)
  // Relative to the page, which is in the same folder.
  set(option, { href, role: 'option', tabindex: '-1', 'aria-selected': 'false' })
  return option
}

const pieceOf = ({ text, marked }: Piece): Node | string => (marked ? make('mark', '', text) : text)

function set(element: HTMLElement, attributes: Record<string, string>): void {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
}

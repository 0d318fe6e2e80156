import { copyText } from './copy-text.ts'
import { find, findAll, make } from './find.ts'
import { showCopied } from './show-copied.ts'
import { recall, remember } from './storage.ts'
import { texts } from './texts.ts'

/** Gives each block of code its buttons: copy, and wrap or scroll. */
export function setUpCode(): void {
  const blocks = findAll('figure[data-source], .code')
  if (blocks.length === 0) return
  let wraps = recall('wrap') === 'true'
  for (const block of blocks) block.append(toolsOf(block))
  show()
  document.addEventListener('click', async ({ target }) => {
    const button = (target as Element).closest<HTMLButtonElement>('.code-tools button')
    const block = button?.closest<HTMLElement>('figure, .code')
    if (!button || !block) return
    if (button.classList.contains('wrap')) {
      wraps = !wraps
      remember('wrap', wraps ? 'true' : undefined)
      show()
      return
    }
    showCopied(button, await copyText(find('pre', block)?.textContent ?? ''))
  })

  function show(): void {
    for (const block of blocks) {
      block.classList.toggle('wraps', wraps)
      find('.wrap', block)?.setAttribute('aria-pressed', String(wraps))
    }
  }
}

function toolsOf(block: HTMLElement): HTMLElement {
  const copy = button('copy', texts.copy)
  copy.append(icon('done'))
  if (block.classList.contains('install')) return make('div', 'code-tools', copy)
  return make('div', 'code-tools', button('wrap', texts.wrap), copy)
}

function button(name: string, label: string): HTMLButtonElement {
  const element = make('button', name, icon(name))
  element.type = 'button'
  element.title = label
  element.setAttribute('aria-label', label)
  return element
}

function icon(name: string): HTMLElement {
  const picture = make('span', `icon icon-${name}`)
  picture.setAttribute('aria-hidden', 'true')
  return picture
}

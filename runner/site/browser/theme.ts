import { find } from './find.ts'
import { recall, remember } from './storage.ts'
import { texts } from './texts.ts'

type Theme = 'light' | 'dark'

/** The switch goes from the system's theme to the other one, then to its own, and back. */
export function setUpTheme(): void {
  const stored = recall('theme')
  let theme: Theme | undefined = stored === 'light' || stored === 'dark' ? stored : undefined
  const button = find<HTMLButtonElement>('.theme-button')
  const show = () => {
    const { dataset } = document.documentElement
    if (theme) dataset.theme = theme
    else delete dataset.theme
    const label = texts.theme[theme ?? 'auto']
    button?.setAttribute('aria-label', label)
    if (button) button.title = label
  }
  show()
  if (!button) return
  button.disabled = false
  button.addEventListener('click', () => {
    theme = nextOf(theme)
    remember('theme', theme)
    show()
  })
}

function nextOf(theme: Theme | undefined): Theme | undefined {
  const system: Theme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'
  const other: Theme = system === 'dark' ? 'light' : 'dark'
  if (theme === undefined) return other
  return theme === other ? system : undefined
}

import { useState } from 'react'

const themes = ['auto', 'light', 'dark'] as const
type Theme = (typeof themes)[number]

/** Shared with the sites, which are on the same origin. */
const KEY = 'docsfy-theme'

/** Switches between the system's theme, light and dark. */
export function ThemeButton() {
  const [theme, setTheme] = useState(stored)
  const change = () => {
    const next = themes[(themes.indexOf(theme) + 1) % themes.length] ?? 'auto'
    setTheme(next)
    apply(next)
    store(next)
  }
  return (
    <button type="button" className="plain" onClick={change}>
      Theme: {theme}
    </button>
  )
}

/** Applies the stored theme before the first paint. */
export const applyStoredTheme = (): void => apply(stored())

function apply(theme: Theme): void {
  if (theme === 'auto') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = theme
}

/** Storage that fails is no error. */
function stored(): Theme {
  try {
    return themes.find((theme) => theme === localStorage.getItem(KEY)) ?? 'auto'
  } catch {
    return 'auto'
  }
}

function store(theme: Theme): void {
  try {
    if (theme === 'auto') localStorage.removeItem(KEY)
    else localStorage.setItem(KEY, theme)
  } catch {}
}

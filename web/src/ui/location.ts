import { useSyncExternalStore } from 'react'

/** The parameters of the page's address: which screen is open, and with what filters. */
export function useAddress(): URLSearchParams {
  return new URLSearchParams(useSyncExternalStore(subscribe, () => location.search))
}

export type Parameters = Record<string, string | undefined>

/** The address of a screen. */
export const addressOf = (parameters: Parameters): string => {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== '')
  return given.length > 0 ? `?${new URLSearchParams(given as [string, string][])}` : './'
}

/** Opens a screen. Back leads to the one before. */
export function navigate(parameters: Parameters): void {
  history.pushState(null, '', addressOf(parameters))
  announce()
}

/** Changes some parameters of this screen. Back undoes it, unless the last change was of the same kind a moment ago: typing. */
export function changeAddress(parameters: Parameters, { replace = false } = {}): void {
  const next = addressOf({ ...Object.fromEntries(new URLSearchParams(location.search)), ...parameters })
  if (replace) history.replaceState(null, '', next)
  else history.pushState(null, '', next)
  announce()
}

const CHANGED = 'docsfy:address'

const announce = () => window.dispatchEvent(new Event(CHANGED))

function subscribe(changed: () => void): () => void {
  for (const event of ['popstate', CHANGED]) window.addEventListener(event, changed)
  return () => {
    for (const event of ['popstate', CHANGED]) window.removeEventListener(event, changed)
  }
}

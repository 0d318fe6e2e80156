/** What this browser remembers. Storage may be full, forbidden or missing; then nothing is remembered. */
export function recall(name: string): string | undefined {
  try {
    return localStorage.getItem(`docsfy-${name}`) ?? undefined
  } catch {
    return undefined
  }
}

/** Undefined forgets. */
export function remember(name: string, value: string | undefined): void {
  try {
    if (value === undefined) localStorage.removeItem(`docsfy-${name}`)
    else localStorage.setItem(`docsfy-${name}`, value)
  } catch {
    // The choice lasts as long as the page.
  }
}

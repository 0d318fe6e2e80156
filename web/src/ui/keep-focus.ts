/** Gives the focus to the screen, for use after something was deleted: the button that had the focus goes with it, sooner or later. */
export function keepFocus(): void {
  requestAnimationFrame(() => document.getElementById('main')?.focus())
}

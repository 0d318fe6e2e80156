/** Gives the focus to the screen if the element that had it is gone, such as the button of a row that was deleted. */
export function keepFocus(): void {
  requestAnimationFrame(() => {
    if (document.activeElement === document.body) document.getElementById('main')?.focus()
  })
}

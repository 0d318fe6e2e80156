import { find, make } from './find.ts'

/** Shows and says for a moment whether something was copied. */
export function showCopied(button: HTMLElement, copied: boolean): void {
  const status = find('.copy-status') ?? make('p', 'copy-status sr-only')
  status.setAttribute('role', 'status')
  document.body.append(status)
  status.textContent = copied ? 'Copied' : 'Copying failed'
  button.classList.toggle('copied', copied)
  setTimeout(() => {
    button.classList.remove('copied')
    status.textContent = ''
  }, 2_000)
}

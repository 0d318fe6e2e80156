import { find, make } from './find.ts'
import { texts } from './texts.ts'

/** Shows and says for a moment whether something was copied. */
export function showCopied(button: HTMLElement, copied: boolean): void {
  const status = find('.copy-status') ?? make('p', 'copy-status sr-only')
  status.setAttribute('role', 'status')
  document.body.append(status)
  status.textContent = copied ? texts.copied : texts.copyingFailed
  button.classList.toggle('copied', copied)
  setTimeout(() => {
    button.classList.remove('copied')
    status.textContent = ''
  }, 2_000)
}

import { copyText } from './copy-text.ts'
import { find, make } from './find.ts'
import { loadScript } from './load-script.ts'
import { showCopied } from './show-copied.ts'

/** Copies the page as markdown, which is loaded when it is first asked for. */
export function setUpCopyPage(): void {
  const button = find<HTMLButtonElement>('.copy-page')
  const file = find('.page-actions a')?.getAttribute('href')?.slice('./'.length)
  if (!button || !file) return
  button.append(make('span', 'icon icon-done'))
  button.disabled = false
  button.addEventListener('click', async () => {
    const copied = await loadScript(file).then(
      async (markdown) => await copyText(String(markdown)),
      () => false,
    )
    showCopied(button, copied)
  })
}

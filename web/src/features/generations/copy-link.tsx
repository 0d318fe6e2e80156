import { useState } from 'react'

/** Copies the whole address of a site. Without a clipboard, as on plain HTTP, the address is shown to be copied by hand. */
export function CopyLink({ path }: { path: string }) {
  const [outcome, setOutcome] = useState<'copied' | 'by hand'>()
  const link = new URL(path, document.baseURI).href
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(link)
      setOutcome('copied')
    } catch {
      setOutcome('by hand')
    }
  }
  return (
    <>
      <button type="button" onClick={copy}>
        Copy link
      </button>
      <span role="status">
        {outcome === 'copied' && 'Copied'}
        {outcome === 'by hand' && <code className="secret">{link}</code>}
      </span>
    </>
  )
}

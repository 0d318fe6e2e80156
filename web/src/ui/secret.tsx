import { useState } from 'react'

/** A key that is shown only once, with a button to copy it. */
export function Secret({ label, value }: { label: string; value: string }) {
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    await navigator.clipboard.writeText(value)
    setCopied(true)
  }
  return (
    <section className="notice" aria-label={label}>
      <p>
        <strong>{label}</strong> It is shown only once. Store it now.
      </p>
      <p>
        <code className="secret">{value}</code>
      </p>
      <button type="button" onClick={copy}>
        Copy
      </button>
      <span role="status">{copied ? ' Copied' : ''}</span>
    </section>
  )
}

import { type ReactNode, useState } from 'react'
import { Dialog } from './dialog.tsx'
import { Field } from './field.tsx'
import { Problem } from './problem.tsx'

interface ConfirmProps {
  title: string
  /** What the button says, such as `Delete`. */
  action: string
  /** To be typed before the button works. */
  typed?: string
  error: Error | null
  pending: boolean
  onConfirm: () => void
  onClose: () => void
  children: ReactNode
}

/** Asks before something that cannot be undone. An error appears in the dialog that caused it. */
export function Confirm({ title, action, typed, error, pending, onConfirm, onClose, children }: ConfirmProps) {
  const [text, setText] = useState('')
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          onConfirm()
        }}
      >
        {children}
        {typed !== undefined && (
          <Field label={`Type ${typed} to confirm`} name="confirmation" value={text} onChange={setText} />
        )}
        <Problem error={error} />
        <div className="actions">
          <button type="submit" className="danger" disabled={pending || (typed !== undefined && text !== typed)}>
            {action}
          </button>
          <button type="button" onClick={onClose}>
            Cancel
          </button>
        </div>
      </form>
    </Dialog>
  )
}

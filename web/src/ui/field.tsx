import { useId } from 'react'

interface FieldProps {
  label: string
  name: string
  value: string
  onChange: (value: string) => void
  hint?: string | undefined
  problem?: string | undefined
  suggestions?: readonly string[]
  multiline?: boolean
  required?: boolean
  type?: 'text' | 'search'
}

/** A labelled text field. Its hint and its problem are read with it. */
export function Field({ label, value, onChange, hint, problem, suggestions, multiline, ...rest }: FieldProps) {
  const id = useId()
  const describedBy = [hint && `${id}-hint`, problem && `${id}-problem`].filter(Boolean).join(' ')
  const shared = {
    id,
    value,
    autoComplete: 'off',
    spellCheck: false,
    'aria-invalid': problem !== undefined,
    ...(describedBy ? { 'aria-describedby': describedBy } : {}),
  }
  const { type, ...both } = rest
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {multiline ? (
        <textarea {...shared} {...both} rows={4} onChange={(event) => onChange(event.target.value)} />
      ) : (
        <input
          {...shared}
          {...both}
          type={type ?? 'text'}
          list={suggestions && `${id}-list`}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
      {suggestions && (
        <datalist id={`${id}-list`}>
          {suggestions.map((suggestion) => (
            <option key={suggestion} value={suggestion} />
          ))}
        </datalist>
      )}
      {hint && (
        <p id={`${id}-hint`} className="hint">
          {hint}
        </p>
      )}
      {problem && (
        <p id={`${id}-problem`} className="problem">
          {problem}
        </p>
      )}
    </div>
  )
}

interface ChoiceProps {
  label: string
  name: string
  value: string
  onChange: (value: string) => void
  options: readonly (readonly [value: string, label: string])[]
  problem?: string | undefined
}

/** A labelled list to choose from. */
export function Choice({ label, name, value, onChange, options, problem }: ChoiceProps) {
  const id = useId()
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <select id={id} name={name} value={value} onChange={(event) => onChange(event.target.value)}>
        {options.map(([key, text]) => (
          <option key={key} value={key}>
            {text}
          </option>
        ))}
      </select>
      {problem && <p className="problem">{problem}</p>}
    </div>
  )
}

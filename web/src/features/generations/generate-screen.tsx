import { type FormEvent, type KeyboardEvent, useState } from 'react'
import { ApiError } from '../../api/client.ts'
import { Choice, Field } from '../../ui/field.tsx'
import { Problem } from '../../ui/problem.tsx'
import { Conflict } from './conflict.tsx'
import { emptyForm, type GenerateForm, meaningOf } from './generate-form.ts'
import { ModelFields } from './model-fields.tsx'
import { useGenerate } from './use-generate.ts'

/** Asks for documentation of a repository. */
export function GenerateScreen() {
  const [form, setForm] = useState<GenerateForm>(emptyForm)
  const { mutate, error, isPending } = useGenerate()
  const problems = error instanceof ApiError ? error.problems : noProblems
  const set = (field: keyof GenerateForm) => (value: string) => setForm((former) => ({ ...former, [field]: value }))
  return (
    <form
      className="form"
      noValidate
      onKeyDown={submitByKeyboard}
      onSubmit={(event: FormEvent) => {
        event.preventDefault()
        mutate(form)
      }}
    >
      <h1>Generate documentation</h1>
      <Field
        label="Repository"
        name="repository"
        value={form.repository}
        onChange={set('repository')}
        hint={meaningOf(form)}
        problem={problems.get('repo_url') ?? problems.get('repo_path') ?? problems.get('request')}
      />
      <Field
        label="Branch or tag"
        name="branch"
        value={form.branch}
        onChange={set('branch')}
        hint="If empty, the branch in the address, or the repository's default branch"
        problem={problems.get('branch')}
      />
      <ModelFields form={form} set={set} problems={problems} />
      <Field
        label="Project name"
        name="name"
        value={form.name}
        onChange={set('name')}
        hint="If empty, the last part of the address"
        problem={problems.get('name')}
      />
      <Choice
        label="Kind of repository"
        name="repo_type"
        value={form.repoType}
        onChange={set('repoType')}
        options={REPO_TYPES}
        problem={problems.get('repo_type')}
      />
      <Field
        label="Instructions"
        name="instructions"
        value={form.instructions}
        onChange={set('instructions')}
        multiline
        hint="Who reads it, its tone, what to stress. With other instructions every page is written anew."
        problem={problems.get('instructions')}
      />
      <p>
        <label>
          <input
            type="checkbox"
            checked={form.force !== ''}
            onChange={(event) => set('force')(event.target.checked ? 'on' : '')}
          />{' '}
          Write every page anew
        </label>
      </p>
      {error instanceof ApiError && error.status === 409 ? (
        <Conflict error={error} />
      ) : (
        <Problem error={problems.size === 0 ? error : countOf(problems)} />
      )}
      <p className="actions">
        <button type="submit" className="primary" disabled={isPending}>
          Generate
        </button>
        <span role="status">{isPending ? 'Sending the request…' : ''}</span>
      </p>
    </form>
  )
}

const noProblems: ReadonlyMap<string, string> = new Map()

/** Each problem stands at its field; this one is announced. */
const countOf = ({ size }: ReadonlyMap<string, string>): Error =>
  new Error(size === 1 ? 'One field needs a change.' : `${size} fields need a change.`)

const REPO_TYPES = [
  ['', 'Let the plan find out'],
  ['app', 'Application'],
  ['library', 'Library'],
  ['framework', 'Framework'],
  ['tests', 'Tests'],
] as const

/** Ctrl+Enter or ⌘+Enter sends the form from any field. */
function submitByKeyboard(event: KeyboardEvent<HTMLFormElement>): void {
  if (event.key !== 'Enter' || !(event.metaKey || event.ctrlKey)) return
  event.preventDefault()
  event.currentTarget.requestSubmit()
}

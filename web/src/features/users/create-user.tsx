import { useState } from 'react'
import { Choice, Field } from '../../ui/field.tsx'
import { Problem } from '../../ui/problem.tsx'
import { useCreateUser } from './user-mutations.ts'

const ROLES = [
  ['user', 'User: generates and reads'],
  ['viewer', 'Viewer: reads what is shared'],
  ['admin', 'Admin: everything'],
] as const

/** The form for a new user. */
export function CreateUser({ onCreated }: { onCreated: (username: string, key: string) => void }) {
  const [username, setUsername] = useState('')
  const [role, setRole] = useState('user')
  const { mutate, error, isPending } = useCreateUser((created, key) => {
    setUsername('')
    onCreated(created, key)
  })
  return (
    <form
      aria-label="New user"
      onSubmit={(event) => {
        event.preventDefault()
        mutate({ username: username.trim(), role })
      }}
    >
      <div className="filters">
        <Field label="Username" name="username" value={username} onChange={setUsername} />
        <Choice label="Role" name="role" value={role} onChange={setRole} options={ROLES} />
        <button type="submit" className="primary" disabled={isPending}>
          Create
        </button>
      </div>
      <Problem error={error} />
    </form>
  )
}

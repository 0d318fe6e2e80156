import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { accessQuery, usersQuery, variantsQuery } from '../../api/queries.ts'
import { Choice } from '../../ui/field.tsx'
import { Problem } from '../../ui/problem.tsx'
import { useChangeAccess } from './user-mutations.ts'

/** Who may read which project. */
export function AccessLists() {
  const { data } = useQuery(variantsQuery)
  const projects = [...new Set((data?.variants ?? []).map(({ owner, name }) => `${owner}/${name}`))].toSorted()
  const [chosen, setChosen] = useState('')
  const [owner = '', name = ''] = chosen.split('/')
  return (
    <section>
      <h2>Access to projects</h2>
      {projects.length === 0 ? (
        <p>There are no projects yet.</p>
      ) : (
        <Choice
          label="Project"
          name="project"
          value={chosen}
          onChange={setChosen}
          options={[['', 'Choose one'], ...projects.map((project) => [project, project] as const)]}
        />
      )}
      {chosen !== '' && <AccessList key={chosen} name={name} owner={owner} />}
    </section>
  )
}

function AccessList({ name, owner }: { name: string; owner: string }) {
  const { data, error } = useQuery(accessQuery(name, owner))
  const { data: all } = useQuery(usersQuery)
  const grant = useChangeAccess(name, owner, 'grant')
  const revoke = useChangeAccess(name, owner, 'revoke')
  const others = (all?.users ?? [])
    .map(({ username }) => username)
    .filter((username) => username !== owner && !data?.users.includes(username))
  return (
    <>
      <Problem error={error ?? grant.error ?? revoke.error} />
      {data?.users.length === 0 && <p>Only {owner} and admins can read it.</p>}
      <ul>
        {data?.users.map((username) => (
          <li key={username}>
            {username}{' '}
            <button type="button" className="plain" onClick={() => revoke.mutate(username)}>
              Revoke<span className="sr"> access of {username}</span>
            </button>
          </li>
        ))}
      </ul>
      {data && others.length > 0 && <Grant usernames={others} onGrant={grant.mutate} isPending={grant.isPending} />}
    </>
  )
}

interface GrantProps {
  usernames: readonly string[]
  onGrant: (username: string) => void
  isPending: boolean
}

/** With a button: arrow keys already change what is chosen. */
function Grant({ usernames, onGrant, isPending }: GrantProps) {
  const [username, setUsername] = useState('')
  return (
    <form
      className="filters"
      aria-label="Give access"
      onSubmit={(event) => {
        event.preventDefault()
        onGrant(username)
        setUsername('')
      }}
    >
      <Choice
        label="User"
        name="grant"
        value={username}
        onChange={setUsername}
        options={[['', 'Choose one'], ...usernames.map((each) => [each, each] as const)]}
      />
      <button type="submit" disabled={username === '' || isPending}>
        Give access
      </button>
    </form>
  )
}

import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { usersQuery } from '../../api/queries.ts'
import { useCaller } from '../../ui/caller.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { localTime } from '../../ui/format.ts'
import { Problem } from '../../ui/problem.tsx'
import { Secret } from '../../ui/secret.tsx'
import { AccessLists } from './access-lists.tsx'
import { CreateUser } from './create-user.tsx'
import { useDeleteUser, useRotateKey } from './user-mutations.ts'

interface NewKey {
  username: string
  key: string
}

/** Users, their keys, and what is shared with them. */
export function UsersScreen() {
  const { data, error } = useQuery(usersQuery)
  const [newKey, setNewKey] = useState<NewKey>()
  return (
    <>
      <h1>Users</h1>
      {newKey && <Secret key={newKey.key} label={`The API key of ${newKey.username}.`} value={newKey.key} />}
      <CreateUser onCreated={(username, key) => setNewKey({ username, key })} />
      <Problem error={error} />
      {!data && !error && <p role="status">Loading the users…</p>}
      {data && data.users.length === 0 && <p>There are no users yet. Create one above, and send them their key.</p>}
      {data && data.users.length > 0 && (
        <div className="wide">
          <table>
            <thead>
              <tr>
                <th scope="col">User</th>
                <th scope="col">Role</th>
                <th scope="col">Created</th>
                <th scope="col">Actions</th>
              </tr>
            </thead>
            <tbody>
              {data.users.map((user) => (
                <tr key={user.id}>
                  <th scope="row">{user.username}</th>
                  <td>{user.role}</td>
                  <td>{localTime(user.created_at)}</td>
                  <td>
                    <UserActions
                      username={user.username}
                      onKey={(key) => setNewKey({ username: user.username, key })}
                    />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <AccessLists />
    </>
  )
}

function UserActions({ username, onKey }: { username: string; onKey: (key: string) => void }) {
  const caller = useCaller()
  const [asked, setAsked] = useState<'rotate' | 'delete'>()
  const close = () => setAsked(undefined)
  const rotate = useRotateKey(username, (key) => {
    close()
    onKey(key)
  })
  const remove = useDeleteUser(username, close)
  return (
    <>
      <button
        type="button"
        className="plain"
        onClick={() => setAsked('rotate')}
        aria-label={`Rotate key of ${username}`}
      >
        Rotate key
      </button>
      {username !== caller.username && (
        <button type="button" className="plain" onClick={() => setAsked('delete')} aria-label={`Delete ${username}`}>
          Delete
        </button>
      )}
      {asked === 'rotate' && (
        <Confirm
          title={`Rotate the key of ${username}`}
          action="Rotate"
          error={rotate.error}
          pending={rotate.isPending}
          onConfirm={rotate.mutate}
          onClose={close}
        >
          <p>Their old key and all their sessions stop working at once.</p>
        </Confirm>
      )}
      {asked === 'delete' && (
        <Confirm
          title={`Delete ${username}`}
          action="Delete"
          typed={username}
          error={remove.error}
          pending={remove.isPending}
          onConfirm={remove.mutate}
          onClose={close}
        >
          <p>Their key, sessions, variants and sites are deleted for good.</p>
        </Confirm>
      )}
    </>
  )
}

import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { api, jsonOf, logIn } from '../../api/client.ts'
import { useCaller } from '../../ui/caller.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { Secret } from '../../ui/secret.tsx'

/** The caller, and their key. */
export function AccountScreen() {
  const { username, role } = useCaller()
  return (
    <>
      <h1>Account</h1>
      <dl className="facts">
        <div className="fact">
          <dt>User</dt>
          <dd>{username}</dd>
        </div>
        <div className="fact">
          <dt>Role</dt>
          <dd>{role}</dd>
        </div>
      </dl>
      {username === 'admin' ? (
        <p>This is the admin key. It is changed in the service's configuration, as ADMIN_KEY.</p>
      ) : (
        <RotateKey />
      )}
    </>
  )
}

function RotateKey() {
  const [isAsking, setAsking] = useState(false)
  const { mutate, data, error, isPending } = useMutation({
    mutationFn: async () => await jsonOf(api('POST /api/me/rotate-key', { body: {} }), 200),
    onSuccess: () => setAsking(false),
  })
  if (data) {
    return (
      <>
        <Secret label="Your new API key." value={data.new_api_key} />
        <p>All your sessions have ended.</p>
        <button type="button" className="primary" onClick={logIn}>
          Log in with the new key
        </button>
      </>
    )
  }
  return (
    <>
      <button type="button" onClick={() => setAsking(true)}>
        Rotate my key
      </button>
      {isAsking && (
        <Confirm
          title="Rotate your key"
          action="Rotate"
          error={error}
          pending={isPending}
          onConfirm={mutate}
          onClose={() => setAsking(false)}
        >
          <p>The old key stops working at once, here and in every script that uses it.</p>
        </Confirm>
      )}
    </>
  )
}

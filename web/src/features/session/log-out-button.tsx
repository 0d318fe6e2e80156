import { useMutation } from '@tanstack/react-query'
import { api, jsonOf } from '../../api/client.ts'
import { Problem } from '../../ui/problem.tsx'

/** Ends the session and leads to the login page. */
export function LogOutButton({ username }: { username: string }) {
  const { mutate, error, isPending } = useMutation({
    mutationFn: async () => await jsonOf(api('POST /api/auth/logout'), 200),
    onSuccess: () => location.assign('./login'),
  })
  return (
    <>
      <button type="button" className="plain" disabled={isPending} onClick={() => mutate()}>
        Log out {username}
      </button>
      {error && <Problem error={error} />}
    </>
  )
}

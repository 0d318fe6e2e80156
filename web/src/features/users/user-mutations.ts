import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api, jsonOf } from '../../api/client.ts'
import { accessQuery, usersQuery, variantsQuery } from '../../api/queries.ts'
import { keepFocus } from '../../ui/keep-focus.ts'

/** Creates a user, and hands on the key, which is shown only once. */
export function useCreateUser(onCreated: (username: string, key: string) => void) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async (body: { username: string; role: string }) =>
      await jsonOf(api('POST /api/admin/users', { body }), 200),
    onSuccess: async ({ username, api_key }) => {
      onCreated(username, api_key)
      await client.invalidateQueries({ queryKey: usersQuery.queryKey })
    },
  })
}

/** Gives a user a new key. */
export function useRotateKey(username: string, onRotated: (key: string) => void) {
  return useMutation({
    mutationFn: async () =>
      await jsonOf(api('POST /api/admin/users/{username}/rotate-key', { params: { username }, body: {} }), 200),
    onSuccess: ({ new_api_key }) => onRotated(new_api_key),
  })
}

/** Deletes a user and everything they own. */
export function useDeleteUser(username: string, onDeleted: () => void) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async () => await jsonOf(api('DELETE /api/admin/users/{username}', { params: { username } }), 200),
    onSuccess: async () => {
      onDeleted()
      await client.invalidateQueries({ queryKey: usersQuery.queryKey })
      await client.invalidateQueries({ queryKey: variantsQuery.queryKey })
      keepFocus()
    },
  })
}

/** Gives or takes away the access of a user to a project. */
export function useChangeAccess(name: string, owner: string, change: 'grant' | 'revoke') {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async (username: string): Promise<unknown> =>
      change === 'grant'
        ? await jsonOf(
            api('POST /api/admin/projects/{name}/access', { params: { name }, body: { username, owner } }),
            200,
          )
        : await jsonOf(
            api('DELETE /api/admin/projects/{name}/access/{username}', {
              params: { name, username },
              query: { owner },
              body: {},
            }),
            200,
          ),
    onSuccess: async () => await client.invalidateQueries({ queryKey: accessQuery(name, owner).queryKey }),
  })
}

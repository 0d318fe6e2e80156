import { onlineManager, useQueryClient } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import { ApiError } from '../api/client.ts'

/** Says when what the page shows may be old. */
export function Connection() {
  const isOnline = useSyncExternalStore(
    (changed) => onlineManager.subscribe(changed),
    () => onlineManager.isOnline(),
  )
  const isFailing = useIsFailing()
  return (
    <div role="status" className="connection">
      {!isOnline && <p>You are offline. This page may be out of date; it updates when the connection is back.</p>}
      {isOnline && isFailing && <p>The service does not respond. This page may be out of date; it keeps trying.</p>}
    </div>
  )
}

/** Whether something on the screen could not be refreshed. A refusal is an answer, and the screen shows it. */
function useIsFailing(): boolean {
  const cache = useQueryClient().getQueryCache()
  return useSyncExternalStore(
    (changed) => cache.subscribe(changed),
    () =>
      cache
        .getAll()
        .some((query) => query.isActive() && isTrouble(query.state.fetchFailureReason ?? query.state.error)),
  )
}

const isTrouble = (error: unknown): boolean =>
  error instanceof Error && !(error instanceof ApiError && error.status < 500)

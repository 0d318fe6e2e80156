import { QueryClient } from '@tanstack/react-query'
import { ApiError } from '../api/client.ts'

/** Asks again only when an answer may change: not after a refusal. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      retry: (failures, error) => failures < 2 && !(error instanceof ApiError && error.status < 500),
      staleTime: 1_000,
    },
  },
})

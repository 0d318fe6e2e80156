import * as z from 'zod'

/** What a repository holds, and so who reads its documentation. */
export const RepoType = z.enum(['app', 'tests', 'library', 'framework'])
export type RepoType = z.infer<typeof RepoType>

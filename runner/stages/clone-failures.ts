import { DomainError } from '../../shared/errors.ts'
import type { RepositoryAddress } from '../../shared/repository-address.ts'

/** Why docsfy itself refuses to clone a repository, and what to do. explain-git.ts covers the failures that git reports. */
export const refusals = {
  notClonable: (url: string) => `The address '${url}' cannot be cloned`,
  needsSshKey: ({ url, host }: RepositoryAddress) =>
    `'${url}' needs an SSH key, and docsfy has none. Use https://${host}/${pathOf(url)}; only public repositories are supported so far.`,
  privateAddress: ({ host }: RepositoryAddress) =>
    `'${host}' is a private network address. Its operator can allow it with ALLOWED_PRIVATE_HOSTS.`,
  hostNotFound: ({ host }: RepositoryAddress) => `The host '${host}' was not found. Check the repository's address.`,
  noSuchRef: (ref: string) => `The repository has no branch or tag '${ref}'`,
  noCommit: () => 'The repository has no commit to document yet',
  transferTooLarge: (maxMib: number) => `The repository is larger than the ${maxMib} MiB that MAX_CLONE_MIB allows`,
  filesTooLarge: ({ mib, maxMib }: { mib: number; maxMib: number }) =>
    `The repository's files take ${mib} MiB; MAX_CLONE_MIB allows ${maxMib} MiB`,
  tooManyFiles: (most: number) =>
    `The repository has too many files: at most ${most.toLocaleString('en-US')} are allowed, folders included`,
}
export const cloneFailed = (message: string): DomainError<'clone-failed'> =>
  new DomainError('clone-failed', { message })

const pathOf = (sshUrl: string): string => sshUrl.slice(sshUrl.indexOf(':') + 1).replace(/\/$/, '')

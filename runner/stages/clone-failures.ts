import { DomainError } from '../../shared/errors.ts'
import type { RepositoryAddress } from '../../shared/repository-address.ts'

/** Why docsfy itself does not clone a repository, and what to do; what git says of its own failures is in explain-git.ts. */
export const because = {
  notClonable: (url: string) => `The address '${url}' cannot be cloned`,
  needsSshKey: ({ url, host }: RepositoryAddress) =>
    `'${url}' needs an SSH key, and docsfy has none: use https://${host}/${pathOf(url)}. Only public repositories can be documented so far.`,
  privateAddress: ({ host }: RepositoryAddress) =>
    `'${host}' is a private network address. Its operator can allow it with ALLOWED_PRIVATE_HOSTS.`,
  hostNotFound: ({ host }: RepositoryAddress) =>
    `The host '${host}' was not found. Check the address of the repository.`,
  noSuchRef: (ref: string) => `The repository has no branch or tag '${ref}'`,
  noCommit: () => 'The repository has no commit to document yet',
  transferTooLarge: (maxMib: number) =>
    `The repository takes more than the ${maxMib} MiB that are allowed (MAX_CLONE_MIB)`,
  filesTooLarge: ({ mib, maxMib }: { mib: number; maxMib: number }) =>
    `The repository's files take ${mib} MiB; at most ${maxMib} MiB are allowed (MAX_CLONE_MIB)`,
  tooManyFiles: (most: number) =>
    `The repository has more files than docsfy takes: at most ${most.toLocaleString('en-US')}, folders included`,
}
export const cloneFailed = (message: string): DomainError<'clone-failed'> =>
  new DomainError('clone-failed', { message })

const pathOf = (sshUrl: string): string => sshUrl.slice(sshUrl.indexOf(':') + 1).replace(/\/$/, '')

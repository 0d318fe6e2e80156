import { DomainError } from '../../shared/errors.ts'
import { type RepositoryAddress, webUrlOf } from '../../shared/repository-address.ts'
import type { Excess } from '../process/read-commit.ts'

/** Why docsfy itself refuses to clone a repository, and what to do. explain-git.ts covers the failures that git reports. */
export const refusals = {
  notClonable: (url: string) => `The address '${url}' cannot be cloned`,
  needsSshKey: (address: RepositoryAddress) =>
    `'${address.url}' needs an SSH key, and docsfy has none for you. Use ${webUrlOf(address)}`,
  keyWithPassphrase: () =>
    "GIT_SSH_KEY has a passphrase, which nobody can enter. docsfy's operator has to replace it by a key without one.",
  privateAddress: ({ host }: RepositoryAddress) =>
    `'${host}' is a private network address. Its operator can allow it with ALLOWED_PRIVATE_HOSTS.`,
  hostNotFound: ({ host }: RepositoryAddress) => `The host '${host}' was not found. Check the repository's address.`,
  moved: ({ from, to, isRepository }: { from: string; to: string; isRepository: boolean }) =>
    isRepository
      ? `'${from}' has moved to '${to}'. Try again with that address.`
      : `'${from}' redirects to '${to}', which isn't the address of a repository. Check the address; for a private repository, ask docsfy's operator for access.`,
  movedToPrivate: (from: string) =>
    `'${from}' redirects to a private network address, and docsfy doesn't follow it. Try again with the repository's public address.`,
  movedNowhere: (from: string) =>
    `'${from}' redirects to another address, which its server doesn't name. Try again with the repository's new address.`,
  noSuchRef: (ref: string) => `The repository has no branch or tag '${ref}'`,
  listingTookTooLong: ({ url, minutes }: { url: string; minutes: number }) =>
    `The server of '${url}' took longer than ${minutes} minutes to list its branches and tags. Try again later, or raise CLONE_TIMEOUT.`,
  listingTooLarge: ({ url, mib }: { url: string; mib: number }) =>
    `The server of '${url}' lists more branches and tags than fit into ${formatted(mib)} MiB, a quarter of MAX_GIT_MIB`,
  tookTooLong: ({ url, minutes }: { url: string; minutes: number }) =>
    `Cloning '${url}' took longer than the ${minutes} minutes that CLONE_TIMEOUT allows`,
  noCommit: () => 'The repository has no commit to document yet',
  noDefaultBranch: (branches: readonly string[]) =>
    `The repository's default branch doesn't exist. Try again with one of its ${branches.length} branches: ${firstOf(branches)}`,
  transferTooLarge: (maxMib: number) => `The repository is larger than the ${maxMib} MiB that MAX_CLONE_MIB allows`,
  filesTooLarge: ({ mib, maxMib }: { mib: number; maxMib: number }) =>
    `The repository's files take ${mib} MiB; MAX_CLONE_MIB allows ${maxMib} MiB`,
  treeExceeds: {
    entries: (most) => `The repository has too many files: at most ${formatted(most)} are allowed, folders included`,
    path: (longest) =>
      `The repository's folders are nested too deeply, or their names are too long: a path may have ${formatted(longest)} bytes`,
    listing: (longest) =>
      `The repository has too many files with long paths: their paths may have ${longest / 1024 / 1024} MiB in total`,
  } satisfies Record<Excess, (limit: number) => string>,
}
export const cloneFailed = (message: string): DomainError<'clone-failed'> =>
  new DomainError('clone-failed', { message })

const formatted = (number: number): string => number.toLocaleString('en-US')

const SHOWN = 10

const firstOf = (names: readonly string[]): string =>
  names.slice(0, SHOWN).join(', ') + (names.length > SHOWN ? ', …' : '')

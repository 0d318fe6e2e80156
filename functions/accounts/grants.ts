import { listGrantees, putGrant, removeGrant } from '../../shared/aws/grant-store.ts'
import { hasRecords } from '../../shared/aws/listings.ts'
import { findUser } from '../../shared/aws/user-store.ts'
import { DomainError } from '../../shared/errors.ts'
import { Username } from '../../shared/user.ts'
import type { Resources } from '../resources.ts'

interface NamedProject {
  name: string
  owner: string | null | undefined
}

/** Grants a user read access to an owner's project. @throws DomainError `username-required`, `owner-required`, `user-not-found`, `project-not-found` */
export async function grantAccess(
  { table }: Resources<'table'>,
  username: string | null | undefined,
  { name, owner }: NamedProject,
) {
  if (!username) throw new DomainError('username-required', {})
  const project = { name, owner: requiredOwner(owner) }
  const user = await findUser(table, username)
  if (!user || user.deletion) throw noSuchUser(username)
  await requireProject({ table }, project)
  await putGrant(table, username, project)
  // If the user was deleted meanwhile, a later user of that name must not inherit the grant.
  const now = await findUser(table, username)
  if (now?.userId !== user.userId || now.deletion) {
    await removeGrant(table, username, project)
    throw noSuchUser(username)
  }
  return { granted: name, username, owner: project.owner }
}

/** Revokes a user's access to a project. Does nothing if there is no such grant. @throws DomainError `owner-required` */
export async function revokeAccess({ table }: Resources<'table'>, username: string, { name, owner }: NamedProject) {
  const project = { name, owner: requiredOwner(owner) }
  // Only valid usernames can have grants.
  if (Username.safeParse(username).success) await removeGrant(table, username, project)
  return { revoked: name, username, owner: project.owner }
}

/** Lists the users with granted access to an owner's project. @throws DomainError `owner-required`, `project-not-found` */
export async function listAccess({ table }: Resources<'table'>, { name, owner }: NamedProject) {
  const project = { name, owner: requiredOwner(owner) }
  await requireProject({ table }, project)
  const grantees = await listGrantees(table, project.owner, name)
  return { project: name, owner: project.owner, users: grantees.map(({ username }) => username) }
}

const noSuchUser = (username: string) => new DomainError('user-not-found', { username })

function requiredOwner(owner: string | null | undefined): string {
  if (!owner) throw new DomainError('owner-required', {})
  return owner
}

async function requireProject({ table }: Resources<'table'>, project: { name: string; owner: string }): Promise<void> {
  if (!(await hasRecords(table, project))) throw new DomainError('project-not-found', project)
}

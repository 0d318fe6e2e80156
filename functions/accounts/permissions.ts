import type { Who } from '../../api/declare.ts'
import { DomainError } from '../../shared/errors.ts'
import { type Caller, isAdmin } from '../../shared/user.ts'

/** Checks the caller's role. @throws DomainError `write-access-required`, `admin-required` */
export function requireRole(caller: Caller, who: Who): void {
  if (who === 'writer' && caller.role === 'viewer') throw new DomainError('write-access-required', {})
  if (who === 'admin' && !isAdmin(caller)) throw new DomainError('admin-required', {})
}

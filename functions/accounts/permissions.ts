import { DomainError } from '../../shared/errors.ts'
import { type Caller, isAdmin } from '../../shared/user.ts'

export function requireWriter({ role }: Caller): void {
  if (role === 'viewer') throw new DomainError('write-access-required', {})
}

export function requireAdmin(caller: Caller): void {
  if (!isAdmin(caller)) throw new DomainError('admin-required', {})
}

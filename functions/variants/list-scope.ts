import type { Listing } from '../../shared/aws/listings.ts'
import type { Position } from '../../shared/position.ts'
import type { Access } from '../accounts/access.ts'

/** What a list depends on besides its variants. */
export interface ListScope {
  access: Access
  listings: readonly Listing[]
  limit: number | undefined
  after: Position | undefined
  spent: number
}

import * as z from 'zod'

export const Role = z.enum(['admin', 'user', 'viewer'])
export type Role = z.infer<typeof Role>

export const LONGEST_USERNAME = 50

export const USERNAME = /^[a-zA-Z0-9][a-zA-Z0-9._-]{1,49}$/

/** `admin` in any case, as JSON Schema. */
export const RESERVED_USERNAME = { pattern: '^[aA][dD][mM][iI][nN]$' }

/** 2 to 50 characters. `admin` is reserved for the holder of the admin key. */
export const Username = z
  .string()
  .regex(USERNAME)
  .refine((name) => name.toLowerCase() !== 'admin')
  .meta({ not: RESERVED_USERNAME })

export const ADMIN = 'admin'

/** Who sends a request. */
export interface Caller {
  username: string
  role: Role
  /** ID of the user's record; the holder of the admin key has none. */
  userId?: string
}

/** Whether the caller holds the admin key or has the role `admin`. */
export const isAdmin = ({ role }: Caller): boolean => role === 'admin'

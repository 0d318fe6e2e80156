import * as z from 'zod'

export const Role = z.enum(['admin', 'user', 'viewer'])
export type Role = z.infer<typeof Role>

/** 2 to 50 characters; `admin` is the holder of the admin key. */
export const Username = z
  .string()
  .regex(/^[a-zA-Z0-9][a-zA-Z0-9._-]{1,49}$/)
  .refine((name) => name.toLowerCase() !== 'admin')

export const ADMIN = 'admin'

/** Who asks. */
export interface Caller {
  username: string
  role: Role
  /** Of the user's record; the holder of the admin key has none. */
  userId?: string
}

/** The holder of the admin key, or a user with that role. */
export const isAdmin = ({ role }: Caller): boolean => role === 'admin'

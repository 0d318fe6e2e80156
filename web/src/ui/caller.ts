import { createContext, useContext } from 'react'

export interface Caller {
  username: string
  role: 'admin' | 'user' | 'viewer'
  is_admin: boolean
}

/** The caller, known before any screen is shown. */
export const CallerContext = createContext<Caller>({ username: '', role: 'viewer', is_admin: false })

export const useCaller = (): Caller => useContext(CallerContext)

/** Whether the caller may change this owner's variants: admins may change everyone's, viewers nobody's. */
export const canChange = ({ username, role, is_admin }: Caller, owner: string): boolean =>
  is_admin || (role !== 'viewer' && owner === username)

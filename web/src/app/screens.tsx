import type { ComponentType } from 'react'
import { GenerateScreen } from '../features/generations/generate-screen.tsx'
import { WatchScreen } from '../features/generations/watch-screen.tsx'
import { ProjectsScreen } from '../features/projects/projects-screen.tsx'
import { QueueScreen } from '../features/queue/queue-screen.tsx'
import { AccountScreen } from '../features/session/account-screen.tsx'
import { UsersScreen } from '../features/users/users-screen.tsx'
import type { Caller } from '../ui/caller.ts'

interface ScreenEntry {
  /** In the page's address. */
  name: string
  title: string
  Screen: ComponentType
  inMenu: boolean
  isFor: (caller: Caller) => boolean
}

const everyone = () => true
const writers = ({ role }: Caller) => role !== 'viewer'
const admins = ({ is_admin }: Caller) => is_admin

/** Every screen, in the order of the menu. */
export const screens: readonly ScreenEntry[] = [
  { name: 'projects', title: 'Projects', Screen: ProjectsScreen, inMenu: true, isFor: everyone },
  { name: 'generate', title: 'Generate', Screen: GenerateScreen, inMenu: true, isFor: writers },
  { name: 'watch', title: 'Generation', Screen: WatchScreen, inMenu: false, isFor: everyone },
  { name: 'queue', title: 'Queue', Screen: QueueScreen, inMenu: true, isFor: admins },
  { name: 'users', title: 'Users', Screen: UsersScreen, inMenu: true, isFor: admins },
  { name: 'account', title: 'Account', Screen: AccountScreen, inMenu: true, isFor: everyone },
]

import type { Attack } from './attack.ts'
import { configuration } from './table/configuration.ts'
import { files } from './table/files.ts'
import { git, options } from './table/git.ts'
import { instructions } from './table/instructions.ts'
import { tools } from './table/tools.ts'

/** Every attack, by family. */
export const attacks: readonly Attack[] = [...configuration, ...instructions, ...files, ...git, ...options, ...tools]

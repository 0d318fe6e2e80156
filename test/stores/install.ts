import type { TestProject } from 'vitest/node'
import { install } from './emulators.ts'

/** Before the suites of a project: installs the emulator that it is named after. */
export default ({ name }: TestProject): void => install(name)

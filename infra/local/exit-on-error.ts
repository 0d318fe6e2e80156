import { visibleText } from '../../shared/visible-text.ts'
import { complain } from './print.ts'

/** Runs a command. If it fails, prints the error's message without a stack trace and exits with 1. */
export async function exitOnError(command: () => Promise<void>): Promise<void> {
  try {
    await command()
  } catch (error) {
    complain(visibleText(error instanceof Error ? error.message : String(error)))
    process.exit(1)
  }
}

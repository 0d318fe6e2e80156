/** Runs a command of the local machine: what stops it is one plain line, not a stack trace. */
export async function plainly(command: () => Promise<void>): Promise<void> {
  try {
    await command()
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error))
    process.exit(1)
  }
}

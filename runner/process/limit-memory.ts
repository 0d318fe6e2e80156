/** A program and its arguments. */
type Command = [file: string, args: string[]]

/** Where every POSIX system has it. PATH may be that of a clone's git alone. */
const SHELL = '/bin/sh'

/**
 * The command that runs a program with a limit on its address space, and on that of each process it starts. Systems without such a
 * limit (macOS) run it without one.
 *
 * @param mib - in MiB
 */
export const withMemoryLimit = (file: string, args: readonly string[], mib: number): Command => [
  SHELL,
  ['-c', 'ulimit -v "$1" 2>/dev/null; shift; exec "$@"', SHELL, String(mib * 1024), file, ...args],
]

/** What programs print when they reach the limit. A task that runs out of memory has them killed before they can. */
export const OUT_OF_MEMORY = /(?<!run )out of memory|cannot allocate memory|unable to create threads?/i

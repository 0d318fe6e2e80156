import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import type { LocalTaskDefinition } from './options.ts'
import type { TaskRecord } from './task-record.ts'
import type { TaskStore } from './task-store.ts'

/** Starts a task's main process in its own session. */
export function spawnTask(
  store: TaskStore,
  task: TaskRecord,
  definition: LocalTaskDefinition,
  endpointUrl: string,
): ChildProcess {
  const paths = store.pathsOf(task.id)
  const log = openSync(paths.log, 'a', 0o600)
  try {
    const [program, ...args] = definition.command
    return spawn(program, args, {
      detached: true,
      stdio: ['ignore', log, log],
      cwd: definition.workingDirectory,
      env: {
        LANG: 'C.UTF-8',
        TMPDIR: paths.temporary,
        ...definition.environment,
        ...overriddenEnvironment(task),
        // Last, so that nothing overrides it: HOME identifies a task's processes.
        HOME: paths.home,
        ECS_CONTAINER_METADATA_URI_V4: `${endpointUrl}/v4/${task.runtimeId}`,
      },
    })
  } finally {
    closeSync(log)
  }
}

function overriddenEnvironment(task: TaskRecord): Record<string, string> {
  const overrides = task.overrides.containerOverrides ?? []
  const variables = overrides.flatMap((override) => override.environment ?? [])
  return Object.fromEntries(variables.map(({ name, value }) => [name, value]))
}

import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findTaskProcesses } from '../../infra/local/ecs/task-processes.ts'
import { TaskRecord } from '../../infra/local/ecs/task-record.ts'

export interface RunningTask {
  /** The runner. */
  pid: number
  generationId: string
}

/** The tasks that the local ECS below this folder runs. */
export async function runningTasks(dataDir: string): Promise<RunningTask[]> {
  const tasks = await Promise.all((await readdir(tasksOf(dataDir))).map((id) => readTask(join(tasksOf(dataDir), id))))
  return tasks.flatMap((task) =>
    task?.lastStatus === 'RUNNING' && task.pid
      ? [{ pid: task.pid, generationId: task.startedBy?.split('/')[1] ?? '' }]
      : [],
  )
}

/** The process of the runner that works on a generation. */
export async function runnerOf(dataDir: string, generationId: string): Promise<number> {
  const task = (await runningTasks(dataDir)).find((running) => running.generationId === generationId)
  if (!task) throw new Error(`No task runs for ${generationId}`)
  return task.pid
}

/** Every process of any task, CLIs and whatever they have started included. */
export const taskProcesses = async (dataDir: string): Promise<number[]> => await findTaskProcesses(tasksOf(dataDir))

const tasksOf = (dataDir: string): string => join(dataDir, 'ecs', 'tasks')

/** Undefined for one that is removed meanwhile. */
const readTask = async (folder: string): Promise<TaskRecord | undefined> =>
  await readFile(join(folder, 'task.json'), 'utf8').then(
    (text) => TaskRecord.parse(JSON.parse(text)),
    () => undefined,
  )

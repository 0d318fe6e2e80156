import { join } from 'node:path'
import { type Api, apiOf } from './api.ts'
import { givenStoresEnv } from './given-stores.ts'
import { makeRepository, sampleFiles } from './repository.ts'
import { type Script, type ScriptedCli, writeScriptedCli } from './scripted-cli.ts'
import { type ServiceProcess, startServiceProcess, temporaryFolder } from './service-process.ts'

/** A whole service with a scripted CLI, and a repository called `adder` to document. */
export interface SampleService extends AsyncDisposable {
  api: Api
  service: ServiceProcess
  cli: ScriptedCli
  /** The sample repository, and the folder it lies in. */
  repository: string
  folder: string
}

export async function startSampleService(script: Script, env: Record<string, string> = {}): Promise<SampleService> {
  const folder = await temporaryFolder('sample')
  const repository = join(folder.path, 'adder')
  await makeRepository(repository, sampleFiles)
  const cli = await writeScriptedCli(folder.path, script)
  const environment = { AI_CLI_CLAUDE: cli.path, ANTHROPIC_API_KEY: 'test-key', ...givenStoresEnv(), ...env }
  const service = await startServiceProcess(join(folder.path, 'data'), environment)
  return {
    api: apiOf(service),
    service,
    cli,
    repository,
    folder: folder.path,
    [Symbol.asyncDispose]: async () => {
      await service.stop()
      await folder[Symbol.asyncDispose]()
    },
  }
}

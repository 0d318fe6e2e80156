import { variantKey } from '../../shared/variant.ts'
import type { SeenRequest } from './fault-proxy.ts'
import { type Machine, startMachine } from './machine.ts'
import type { Script } from './scripted-cli.ts'
import { waitFor } from './wait.ts'

export const stages = ['cloning', 'planning', 'generating_pages', 'rendering', 'publishing'] as const
export type HeldStage = (typeof stages)[number]

export interface HeldStages extends AsyncDisposable {
  machine: Machine
  /** One generation for each stage, whose runner is held there; the stage is also its model. */
  generations: Record<HeldStage, string>
  /** Lets all of them, and every later attempt, go on. */
  release(): Promise<void>
  /** How often the CLI was asked for what, in the generation that was held at this stage. */
  asked(stage: string): Promise<Record<string, number>>
}

const script: Script = {
  slugs: ['one', 'two'],
  models: { planning: { plan: 'wait-for-go' }, generating_pages: { pages: { two: 'wait-for-go' } } },
}

/** A key as it stands in requests to the stores. */
export const keyOf = (model: string): string =>
  variantKey({ owner: 'admin', name: 'adder', branch: 'main', provider: 'claude', model })

/** A machine with five runners, one held in each stage: by git, by the CLI, by DynamoDB or by S3. */
export async function holdEachStage(env: Record<string, string> = {}): Promise<HeldStages> {
  const machine = await startMachine(script, env)
  await machine.dynamodb.break('lose-reply', showsRendering)
  await machine.s3.break('stall', isPartOfSite)
  const ask = async (stage: HeldStage) => {
    const source =
      stage === 'cloning' ? { repo_url: `${machine.git.url}/stalled/adder.git` } : { repo_path: machine.repository }
    const { json } = await machine.api.post('/api/generate', { ...source, ai_model: stage })
    const pages = stage === 'generating_pages' ? { page_count: 1 } : {}
    await machine.api.until(json.generation_id, { current_stage: stage, ...pages })
    return [stage, json.generation_id]
  }
  const generations = Object.fromEntries(await Promise.all(stages.map(ask)))
  await waitFor('a runner to be held by S3', () => machine.s3.met())
  await waitFor('a runner to be held by git', () => machine.git.requests.length)
  await machine.cli.untilCalls('two runners to be held by the CLI', (calls) =>
    ['planning plan', 'generating_pages two'].every((held) =>
      calls.some(({ model, what }) => `${model} ${what}` === held),
    ),
  )
  return {
    machine,
    generations,
    async release() {
      machine.git.release()
      await machine.cli.go()
      await machine.dynamodb.heal()
      await machine.s3.heal()
    },
    async asked(stage) {
      const calls = (await machine.cli.calls()).filter(({ model }) => model === stage)
      const byPage = Object.groupBy(calls, ({ what }) => what)
      return Object.fromEntries(Object.entries(byPage).map(([what, list = []]) => [what, list.length]))
    },
    [Symbol.asyncDispose]: () => machine[Symbol.asyncDispose](),
  }
}

const showsRendering = ({ body }: SeenRequest): boolean =>
  body.includes(keyOf('rendering')) && body.includes('":new_stage":{"S":"rendering"}')

const isPartOfSite = ({ method, path }: SeenRequest): boolean =>
  method === 'PUT' && path.includes(keyOf('publishing')) && path.includes('/site/')

import { describe, expect, test } from 'vitest'
import { holdEachStage, keyOf, stages } from '../support/held-stages.ts'
import { startSampleService } from '../support/sample-service.ts'
import { runnerOf, taskProcesses } from '../support/tasks.ts'
import { waitFor } from '../support/wait.ts'

/** What is asked when a runner dies in this stage: what it had finished is not asked again. */
const askedInAll = {
  cloning: { plan: 1, one: 1, two: 1 },
  planning: { plan: 2, one: 1, two: 1 },
  generating_pages: { plan: 1, one: 1, two: 2 },
  rendering: { plan: 1, one: 1, two: 1 },
  publishing: { plan: 1, one: 1, two: 1 },
}

describe.concurrent('in each stage', () => {
  test.each(['SIGKILL', 'SIGSTOP'] as const)(
    'a runner that gets %s is replaced, and nothing it had finished is asked for again',
    async (signal) => {
      // A minute of silence is counted in sweeps: seldom enough for a slow machine to keep up.
      await using held = await holdEachStage({ SWEEP_SECONDS: '5' })
      const { machine, generations } = held
      for (const stage of stages) process.kill(await runnerOf(machine.dataDir, generations[stage]), signal)
      await held.release()
      for (const stage of stages) {
        const ended = await machine.api.settled(generations[stage])
        expect(ended).toMatchObject({ status: 'ready', page_count: 2, attempt: 2, error_message: null })
        expect(await held.asked(stage)).toEqual(askedInAll[stage])
        expect((await machine.api.get(`/docs/adder/claude/${stage}/two.html`)).status).toBe(200)
      }
      expect(await machine.leftovers()).toEqual([])
    },
  )

  test('a service killed twice, the second time right after its restart, settles everything by itself', async () => {
    await using held = await holdEachStage({ MAX_ACTIVE_TASKS: '6', MAX_ACTIVE_PER_OWNER: '6' })
    const { machine, generations } = held
    // One more whose dispatch has recorded the launch, and not yet asked for the task; and one that waits.
    await machine.dynamodb.break(
      'lose-reply',
      ({ body }) => body.includes(keyOf('starting')) && body.includes(':new_launchedAt'),
    )
    const request = { repo_path: machine.repository }
    const starting = (await machine.api.post('/api/generate', { ...request, ai_model: 'starting' })).json
    await waitFor('the launch that loses its reply', () => machine.dynamodb.met())
    const queued = (await machine.api.post('/api/generate', { ...request, ai_model: 'queued' })).json

    await machine.kill()
    await held.release()
    await machine.start()
    await machine.kill()
    await machine.start()
    for (const id of [...Object.values(generations), starting.generation_id, queued.generation_id]) {
      const ended = await machine.api.settled(id)
      expect(ended).toMatchObject({ status: 'ready', page_count: 2, error_message: null })
    }
    expect(await held.asked('generating_pages')).toMatchObject({ plan: 1, one: 1 })
    expect(await held.asked('rendering')).toEqual(askedInAll.rendering)
    expect(await held.asked('publishing')).toEqual(askedInAll.publishing)
    expect(await machine.leftovers()).toEqual([])
  })

  test('aborting a suspended runner is in progress until its task has ended, and leaves no process', async () => {
    await using sample = await startSampleService({ slugs: ['one'], otherPages: 'hang' })
    const { api, service } = sample
    const request = { repo_path: sample.repository, ai_model: 'm' }
    const { generation_id } = (await api.post('/api/generate', request)).json
    await api.until(generation_id, { current_stage: 'generating_pages' })
    process.kill(await runnerOf(service.dataDir, generation_id), 'SIGSTOP')
    expect(await api.post('/api/projects/adder/claude/m/abort')).toMatchObject({
      status: 409,
      json: { detail: "Abort still in progress for 'admin/adder/claude/m'. Please retry shortly." },
    })
    expect((await api.post('/api/generate', request)).status).toBe(409)
    expect(await api.settled(generation_id)).toMatchObject({ status: 'aborted', attempt: 1 })
    expect(await taskProcesses(service.dataDir)).toEqual([])
    expect((await api.post('/api/generate', request)).status).toBe(202)
  })
})

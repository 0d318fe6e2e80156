import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { parseDockerfile } from '../image/dockerfile.ts'
import { root } from '../support/service-process.ts'

interface Service {
  build?: { context: string; dockerfile: string }
  image?: string
  profiles?: string[]
  environment: Record<string, string>
  ports: string[]
  volumes: string[]
}

const { services, volumes } = parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8')) as {
  services: Record<'docsfy' | 'localstack', Service>
  volumes: Record<string, null>
}
const read = (dockerfile: string) => parseDockerfile(readFileSync(join(root, dockerfile), 'utf8'))

test('every port is published on loopback only', () => {
  for (const port of Object.values(services).flatMap(({ ports }) => ports)) expect(port).toMatch(/^127\.0\.0\.1:/)
})

test('LocalStack starts only with its profile, and its image is pinned', () => {
  const { image, profiles } = services.localstack
  expect(profiles).toEqual(['localstack'])
  expect(image).toMatch(/:\d{4}\.\d+\.\d+$/)
  expect(services.docsfy.profiles).toBeUndefined()
})

test("the service's data is in a named volume, where its image keeps it", () => {
  const { build, environment, ports } = services.docsfy
  const { stages } = read(build?.dockerfile ?? '')
  const instructions = stages.at(-1)?.instructions ?? []
  const settings = instructions.filter(({ name }) => name === 'ENV').map(({ rest }) => rest)
  expect(settings).toEqual(
    expect.arrayContaining(Object.entries(environment).map(([name, value]) => `${name}=${value}`)),
  )
  expect(instructions).toContainEqual({ name: 'VOLUME', rest: environment.DATA_DIR })
  expect(services.docsfy.volumes).toEqual([`data:${environment.DATA_DIR}`])
  expect(Object.keys(volumes)).toContain('data')
  expect(instructions).toContainEqual({ name: 'EXPOSE', rest: ports[0]?.split(':').at(-1) })
})

test('both images install git and the CLIs by the same steps, so a container engine takes these from its cache', () => {
  const [runner, service] = [read('runner/Dockerfile'), read('infra/local/Dockerfile')]
  const stage = ({ stages }: typeof runner, name: string) => stages.find((each) => each.name === name)
  expect(service.args).toEqual(runner.args)
  for (const name of ['clis', 'cursor', 'tools']) {
    expect(stage(runner, name), name).toBeDefined()
    expect(stage(service, name), name).toEqual(stage(runner, name))
  }
  expect(service.stages.at(-1)?.from).toBe('tools')
})

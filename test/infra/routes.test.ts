import { beforeAll, expect, test } from 'vitest'
import { routes, streamed } from '../../api/routes.ts'
import { makeTemplate, type Resource, resourcesOf } from '../support/stack-template.ts'

let methods: Resource[]
let paths: Map<string, string>

beforeAll(() => {
  const template = makeTemplate()
  methods = resourcesOf(template, 'AWS::ApiGateway::Method')
  paths = pathsOf(resourcesOf(template, 'AWS::ApiGateway::Resource'))
})

test('the API has exactly the routes in the table', () => {
  const deployed = methods.map(({ properties }) => `${properties.HttpMethod} ${pathOf(properties.ResourceId)}`)
  const wanted = routes.flatMap(({ method, path }) =>
    method === 'GET' ? [`GET ${path}`, `HEAD ${path}`] : [`${method} ${path}`],
  )
  expect(deployed.toSorted()).toEqual(wanted.toSorted())
})

test('each route calls its function, and streams if the table says so', () => {
  for (const { method, path, handler } of routes) {
    const found = methods.find(
      ({ properties }) => properties.HttpMethod === method && pathOf(properties.ResourceId) === path,
    )
    const integration = found?.properties.Integration
    const uri = JSON.stringify(integration.Uri)
    expect(uri, path).toMatch(new RegExp(`Functions${handler}Function`, 'i'))
    expect(integration.Type).toBe('AWS_PROXY')
    const streams = streamed.has(handler)
    expect(integration.ResponseTransferMode, path).toBe(streams ? 'STREAM' : undefined)
    expect(uri.includes('/response-streaming-invocations'), path).toBe(streams)
  }
})

const pathOf = ({ Ref }: { Ref?: string }): string | undefined => (Ref ? paths.get(Ref) : '/')

/** Rebuilds full paths from CloudFormation's tree of resources. */
function pathsOf(resources: Resource[]): Map<string, string> {
  const nodes = new Map(resources.map(({ id, properties }) => [id, properties]))
  const pathFrom = (id: string | undefined): string => {
    const node = id && nodes.get(id)
    return node ? `${pathFrom(node.ParentId.Ref)}/${node.PathPart}` : ''
  }
  return new Map(resources.map(({ id }) => [id, pathFrom(id)]))
}

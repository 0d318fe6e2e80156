import { z } from 'zod'
import type { Reply } from './send.ts'

// biome-ignore lint/suspicious/noExplicitAny: an OpenAPI document is JSON of any depth
type Json = any

/** Checks replies against the service's own OpenAPI document. The checker returns the first difference, if any. */
export function checkerOf(document: Json): (method: string, target: string, reply: Reply) => string | undefined {
  const schemas = new Map<Json, z.ZodType>()
  return (method, target, reply) => {
    const [path = ''] = target.split('?')
    const operations = Object.entries<Json>(document.paths).filter(([template]) => fits(template, path))
    const [found] = operations.flatMap(([, item]) => item[method === 'HEAD' ? 'get' : method.toLowerCase()] ?? [])
    if (!found) return reply.status < 400 ? `${reply.status} from no endpoint` : undefined
    const declared = found.responses[reply.status] ?? found.responses[`${String(reply.status)[0]}XX`]
    if (!declared) return `${reply.status} is not declared`
    if (method === 'HEAD') return reply.bytes.length > 0 ? 'a HEAD with a body' : undefined
    if (!declared.content) return reply.bytes.length > 0 ? `a body with ${reply.status}` : undefined
    const sent = String(reply.headers['content-type'])
    const mediaType = sent in declared.content ? sent : (Object.keys(declared.content)[0] ?? '')
    const { schema } = declared.content[mediaType]
    if (mediaType !== '*/*' && sent !== mediaType) return `${sent} instead of ${mediaType}`
    if (mediaType !== 'application/json') return undefined
    const { error } = schemaOf(schema).safeParse(reply.json)
    return error && `${z.prettifyError(error)}\n${reply.text.slice(0, 500)}`
  }

  function schemaOf(schema: Json): z.ZodType {
    const known = schemas.get(schema)
    if (known) return known
    const whole = { ...schema, $defs: document.components.schemas }
    const built = z.fromJSONSchema(JSON.parse(JSON.stringify(whole).replaceAll('#/components/schemas/', '#/$defs/')))
    schemas.set(schema, built)
    return built
  }
}

const providers = ['claude', 'gemini', 'cursor']

/** Whether a path matches a template. A provider's name never matches `{branch}`. */
function fits(template: string, path: string): boolean {
  const wanted = template.slice(1).split('/')
  const sent = path.replace(/^\/|\/$/g, '').split('/')
  const greedy = wanted.at(-1) === '{path}'
  if (greedy ? sent.length < wanted.length - 1 : sent.length !== wanted.length) return false
  return wanted.every((part, index) => {
    if (part === '{path}') return true
    const segment = sent[index] ?? ''
    if (part === '{provider}') return providers.includes(segment)
    if (part === '{branch}') return segment !== '' && !providers.includes(segment)
    return part.startsWith('{') ? segment !== '' : part === segment
  })
}

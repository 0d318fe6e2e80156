// Preloaded (`node --import`) into the service on one machine: notes every call to AWS in the file CALLS, with the function, or
// the runner, that made it. Nothing of the service is replaced: only Node's own `http.request` and `spawn` are looked at.
import { AsyncLocalStorage } from 'node:async_hooks'
import childProcess from 'node:child_process'
import { appendFileSync } from 'node:fs'
import http from 'node:http'
import { registerHooks, syncBuiltinESMExports } from 'node:module'

export interface RecordedCall {
  /** The function's name, `runner`, or `service` for what the machine does itself. */
  who: string
  /** `DynamoDB_20120810.GetItem`; undefined for S3. */
  target: string | undefined
  method: string
  path: string
  // biome-ignore lint/suspicious/noExplicitAny: whatever the protocol has
  body: any
}

const { CALLS = '', CALLER = 'service' } = process.env
const current = new AsyncLocalStorage<string>()

/** A handler that is known by its name while it works. */
export const named = <Handler extends (...args: never[]) => unknown>(name: string, handler: Handler): Handler =>
  new Proxy(handler, { apply: (target, self, args) => current.run(name, () => Reflect.apply(target, self, args)) })

if (CALLS) {
  noteRequests()
  if (CALLER === 'service') {
    nameFunctions()
    followTasks()
  }
  syncBuiltinESMExports()
}

function noteRequests(): void {
  const request = http.request
  http.request = ((...args: [http.RequestOptions]) => {
    const sent = request(...args)
    const { method = 'GET', path } = args[0]
    const target = sent.getHeader('x-amz-target') as string | undefined
    if (!target && !String(sent.getHeader('authorization')).includes('/s3/')) return sent
    const chunks: Buffer[] = []
    const end = sent.end.bind(sent) as (...rest: unknown[]) => http.ClientRequest
    const keep = (chunk: unknown) => target && isData(chunk) && chunks.push(Buffer.from(chunk))
    sent.end = ((chunk: unknown, ...rest: unknown[]) => {
      keep(chunk)
      const text = Buffer.concat(chunks).toString()
      const who = current.getStore() ?? CALLER
      const call: RecordedCall = { who, target, method, path: path ?? '/', body: target ? JSON.parse(text) : null }
      appendFileSync(CALLS, `${JSON.stringify(call)}\n`)
      return end(chunk, ...rest)
    }) as typeof sent.end
    const write = sent.write.bind(sent) as (...rest: unknown[]) => boolean
    sent.write = ((chunk: unknown, ...rest: unknown[]) => {
      keep(chunk)
      return write(chunk, ...rest)
    }) as typeof sent.write
    return sent
  }) as typeof http.request
}

const isData = (chunk: unknown): chunk is Uint8Array | string =>
  typeof chunk === 'string' || chunk instanceof Uint8Array

/** Where the service loads a function, it gets the same with a name. */
function nameFunctions(): void {
  registerHooks({
    resolve(specifier, context, nextResolve) {
      const resolved = nextResolve(specifier, context)
      const loaded = context.parentURL?.endsWith('/infra/local/service.ts') && specifier.includes('/functions/')
      return loaded && !specifier.endsWith('/routes.ts') ? { ...resolved, url: `${resolved.url}?named` } : resolved
    },
    load(url, context, nextLoad) {
      if (!url.endsWith('?named')) return nextLoad(url, context)
      const plain = url.replace('?named', '')
      const name = /([^/]+)\.ts$/.exec(plain)?.[1]
      const source = `import { named } from '${import.meta.url}'
        import { handler as plain } from '${plain}'
        export const handler = named('${name}', plain)`
      return { format: 'module', shortCircuit: true, source }
    },
  })
}

function followTasks(): void {
  const spawn = childProcess.spawn
  childProcess.spawn = ((command: string, args: string[], options: childProcess.SpawnOptions) => {
    const isTask = Array.isArray(args) && args.some((arg) => String(arg).endsWith('runner/main.ts'))
    if (!isTask) return spawn(command, args, options)
    const env = { ...options.env, CALLS, CALLER: 'runner', NODE_OPTIONS: `--import ${import.meta.url}` }
    return spawn(command, args, { ...options, env })
  }) as typeof childProcess.spawn
}

import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { outputOf } from '../support/child-output.ts'
import { root } from '../support/service-process.ts'
import { waitFor } from '../support/wait.ts'

const VERSION = '1.5.33'
const place = join(root, 'node_modules/.cache', `ministack-${VERSION}`)
const wholeAnswers = fileURLToPath(new URL('whole-answers.mjs', import.meta.url))

/** An AWS emulator: https://pypi.org/project/ministack. It needs neither Docker nor a token, and runs functions as processes. */
export interface MiniStack extends AsyncDisposable {
  url: string
  /** Calls a service that speaks JSON. @param target - of `X-Amz-Target` */
  // biome-ignore lint/suspicious/noExplicitAny: an answer of any service
  call(service: string, target: string, body: object): Promise<any>
  /** Asks a service that takes its request from the path. Gives its answer as text. */
  get(service: string, path: string): Promise<string>
  /** Everything that it and its functions have printed. */
  output(): string
}

/** Starts it on loopback. @param env - of its functions too; `folder` - for its files */
export async function startMiniStack(folder: string, env: Record<string, string>): Promise<MiniStack> {
  const program = await install()
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const child = spawn(program, [], {
    cwd: folder,
    env: {
      // Its functions run on the Node.js that is first here.
      PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
      HOME: folder,
      TMPDIR: folder,
      BIND_HOST: '127.0.0.1',
      GATEWAY_PORT: String(port),
      NODE_OPTIONS: `--import=${wholeAnswers}`,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = outputOf('MiniStack', child)
  const isUp = async () => (await fetch(`${url}/_ministack/health`).catch(() => undefined))?.ok
  await waitFor('MiniStack to answer', isUp)
  const ask = async (service: string, path: string, options: RequestInit & { headers?: Record<string, string> }) => {
    const authorization = `AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`
    const response = await fetch(url + path, { ...options, headers: { ...options.headers, authorization } })
    const text = await response.text()
    if (!response.ok) throw new Error(`${service} ${path}: ${response.status} ${text}`)
    return text
  }
  return {
    url,
    call: async (service, target, body) => {
      const headers = { 'Content-Type': 'application/x-amz-json-1.1', 'X-Amz-Target': target }
      return JSON.parse(await ask(service, '/', { method: 'POST', headers, body: JSON.stringify(body) }))
    },
    get: async (service, path) => await ask(service, path, {}),
    output: output.text,
    [Symbol.asyncDispose]: async () => void (await output.end('SIGTERM')),
  }
}

/** The executable, installed once into a folder of its own. @throws Error that says what to do */
async function install(): Promise<string> {
  const program = join(place, 'bin/ministack')
  if (existsSync(program)) return program
  try {
    await execa('python3', ['-m', 'venv', '--clear', place])
    const options = ['--quiet', '--disable-pip-version-check', '--no-input']
    await execa(join(place, 'bin/python'), ['-m', 'pip', 'install', ...options, `ministack==${VERSION}`])
  } catch (cause) {
    await rm(place, { recursive: true, force: true })
    throw new Error(
      'MiniStack could not be installed. npm run test:stack needs Python 3.10 or later with venv, and PyPI.',
      { cause },
    )
  }
  return program
}

/** What tells clients of AWS to use it. */
export const awsEnv = ({ url }: MiniStack) => ({
  AWS_ENDPOINT_URL: url,
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
})

/** A port that was free just now. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

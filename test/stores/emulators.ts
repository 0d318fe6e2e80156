import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { GivenStores } from '../support/given-stores.ts'
import { root } from '../support/service-process.ts'

/** A server of other people's that speaks the protocol of one or more of our stores. */
export interface Emulator {
  stores: (keyof GivenStores)[]
  /** Suites that it cannot pass. */
  without?: string[]
  /** In `packages`: what is installed, to the exact version. */
  packages: string
  /** Installs that into a folder. */
  install(packages: string, folder: string): void
  /** How to start it on loopback, with everything that it writes in `data`. */
  start(folder: string, data: string): { program: string; args: string[]; env: Record<string, string> }
  /** What it prints once it listens, with its port. */
  listens: RegExp
}

/** The path of a Python, not of what a version manager puts in front of it; pyenv needs to be told the version. */
function python(name: 'python3' | 'python3.13'): string {
  const env = name === 'python3' ? process.env : { ...process.env, PYENV_VERSION: name.slice('python'.length) }
  return execFileSync(name, ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8', env }).trim()
}

const pip =
  (name: Parameters<typeof python>[0]): Emulator['install'] =>
  (packages, folder) =>
    run(python(name), ['-m', 'pip', 'install', ...PIP_OPTIONS, '--target', folder, '--requirement', packages])

const PIP_OPTIONS = ['--quiet', '--disable-pip-version-check', '--root-user-action=ignore', '--no-deps']

export const emulators: Record<string, Emulator> = {
  moto: {
    stores: ['dynamodbUrl', 'sqsUrl', 's3Url'],
    // Its conditional writes are not atomic. One at a time, a burst of them can take longer than the service waits.
    without: ['abort', 'accounts-races'],
    packages: 'moto.txt',
    install: pip('python3'),
    start: (folder) => ({
      program: python('python3'),
      args: ['-u', join(import.meta.dirname, 'serve_moto.py')],
      env: { PYTHONPATH: folder },
    }),
    listens: /Running on http:\/\/127\.0\.0\.1:(\d+)/,
  },
  localstack: {
    stores: ['sqsUrl', 's3Url'],
    packages: 'localstack.txt',
    install: pip('python3.13'),
    start: (folder, data) => ({
      program: python('python3.13'),
      args: ['-m', 'localstack.runtime.main'],
      env: {
        PYTHONPATH: folder,
        SERVICES: 'sqs,s3',
        GATEWAY_LISTEN: '127.0.0.1:0',
        GATEWAY_SERVER: 'hypercorn',
        // In a container it would write to /etc, /usr/lib and /var/lib.
        OVERRIDE_IN_DOCKER: '0',
        FILESYSTEM_ROOT: data,
        DISABLE_EVENTS: '1',
        SKIP_SSL_CERT_DOWNLOAD: '1',
        DNS_ADDRESS: '0',
      },
    }),
    listens: /Running on https?:\/\/127\.0\.0\.1:(\d+)/,
  },
  elasticmq: {
    stores: ['sqsUrl'],
    packages: 'elasticmq.xml',
    install: (packages, folder) =>
      run('mvn', ['-q', '-B', '-f', packages, 'dependency:copy-dependencies', `-DoutputDirectory=${folder}`]),
    start: (folder) => ({
      program: 'java',
      args: [
        ...['-Drest-sqs.bind-hostname=127.0.0.1', '-Drest-sqs.bind-port=0', '-Drest-stats.enabled=false'],
        ...['-cp', join(folder, '*'), 'org.elasticmq.server.Main'],
      ],
      env: {},
    }),
    listens: /Started SQS rest server, bind address 127\.0\.0\.1:(\d+)/,
  },
}

/** The emulator of this name. @throws Error with the names that exist */
export function emulatorCalled(name: string): Emulator {
  const emulator = emulators[name]
  if (!emulator) throw new Error(`There is no '${name}' among ${Object.keys(emulators).join(', ')}`)
  return emulator
}

/** Where an emulator is installed. Other packages get another folder. */
export function folderOf(name: string): string {
  const hash = createHash('sha256')
    .update(readFileSync(packagesOf(name)))
    .digest('hex')
    .slice(0, 12)
  return join(root, 'node_modules', '.cache', 'docsfy-stores', `${name}-${hash}`)
}

/** Installs an emulator if it is missing. */
export function install(name: string): void {
  const folder = folderOf(name)
  if (existsSync(folder)) return
  const unfinished = `${folder}.unfinished`
  rmSync(unfinished, { recursive: true, force: true })
  mkdirSync(unfinished, { recursive: true })
  emulatorCalled(name).install(packagesOf(name), unfinished)
  renameSync(unfinished, folder)
}

const packagesOf = (name: string): string => join(import.meta.dirname, 'packages', emulatorCalled(name).packages)

function run(program: string, args: string[]): void {
  execFileSync(program, args, { stdio: 'inherit' })
}

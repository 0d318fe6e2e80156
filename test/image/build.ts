import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { execa } from 'execa'
import { argument, type Instruction, parseDockerfile, type Stage } from './dockerfile.ts'

/** A layered file system, as container engines keep it: upper layers hide lower ones. */
export interface Image {
  /** Top first. */
  layers: string[]
  workdir: string
  env: Record<string, string>
  /** Root if the Dockerfile names no other. */
  user: string
  /** What runs in the container, and what checks its health. */
  command: string[]
  healthcheck: string[]
  volumes: string[]
}

/** The stages of a Dockerfile that were built. */
export interface Build {
  stages: { stage: Stage; args: Record<string, string>; image: Image }[]
  /** The last stage. */
  image: Image
}

const AUTHORITIES = '/etc/authorities-of-this-machine.crt'

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** Makes the parts of the official image `node:…-slim` that we need: Debian, Node.js, npm, and a user `node`. */
export async function makeBase(folder: string, release: string): Promise<string> {
  const base = join(folder, 'base')
  await execa('debootstrap', ['--variant=minbase', release, base])
  const local = join(base, 'usr/local')
  cpSync(process.execPath, join(local, 'bin/node'))
  // `npm run` sets it to …/npm/bin/npm-cli.js.
  const { npm_execpath: npm } = process.env
  if (!npm) throw new Error('This is started by npm: npm run test:image')
  cpSync(dirname(dirname(npm)), join(local, 'lib/node_modules/npm'), { recursive: true })
  symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(local, 'bin/npm'))
  await execa('chroot', [base, 'useradd', '--uid', '1000', '--create-home', 'node'])
  cpSync('/etc/resolv.conf', join(base, 'etc/resolv.conf'), { dereference: true })
  // Certificate authorities that npm must trust on this machine.
  if (process.env.NODE_EXTRA_CA_CERTS) cpSync(process.env.NODE_EXTRA_CA_CERTS, join(base, AUTHORITIES))
  return base
}

export interface Order {
  /** From `makeBase`: stands for every image that isn't a stage. */
  base: string
  dockerfile: string
  /** The build context. */
  context: string
  args: Record<string, string>
  /** The only stage to build; all of them if omitted. */
  target?: string
  /** An earlier build. Stages with the same steps are not built again, as in a container engine's cache. */
  earlier?: Build
}

/** Builds a Dockerfile in `folder`, executing every step as written. */
export async function build(folder: string, order: Order): Promise<Build> {
  const { args: globals, stages } = parseDockerfile(readFileSync(order.dockerfile, 'utf8'))
  const args = { ...globals, ...order.args }
  const built: Build['stages'] = []
  for (const [index, stage] of stages.entries()) {
    if (order.target && stage.name !== order.target) continue
    const same = order.earlier?.stages.find((each) => isDeepStrictEqual([each.stage, each.args], [stage, args]))
    const image = same?.image ?? (await new StageBuild(join(folder, `stage-${index}`), order, built, stage).run(args))
    built.push({ stage, args, image })
  }
  const last = built.at(-1)
  if (!last) throw new Error('The Dockerfile has no such stage')
  return { stages: built, image: last.image }
}

/** Only an engine acts on these. SIGTERM is the default for STOPSIGNAL anyway. */
const WITHOUT_EFFECT_HERE = ['EXPOSE', 'STOPSIGNAL']

const EMPTY: Omit<Image, 'layers'> = {
  workdir: '/',
  env: { PATH },
  user: 'root',
  command: [],
  healthcheck: [],
  volumes: [],
}

class StageBuild {
  readonly #folder: string
  readonly #upper: string
  readonly #context: string
  readonly #built: Build['stages']
  readonly #stage: Stage
  readonly #image: Image

  constructor(folder: string, { base, context }: Order, built: Build['stages'], stage: Stage) {
    this.#folder = folder
    this.#stage = stage
    this.#upper = join(folder, 'upper')
    for (const name of ['upper', 'work', 'root']) mkdirSync(join(folder, name), { recursive: true })
    this.#context = context
    this.#built = built
    const parent = this.#find(stage.from)
    this.#image = parent
      ? { ...structuredClone(parent), layers: [this.#upper, ...parent.layers] }
      : { ...structuredClone(EMPTY), layers: [this.#upper, base] }
  }

  async run(given: Record<string, string>): Promise<Image> {
    const args: Record<string, string> = {}
    for (const instruction of this.#stage.instructions) {
      if (instruction.name === 'ARG') {
        const name = instruction.rest.split('=')[0] ?? ''
        Object.assign(args, argument(instruction.rest), given[name] === undefined ? {} : { [name]: given[name] })
      } else await this.#step(instruction, args)
    }
    return this.#image
  }

  async #step({ name, rest }: Instruction, args: Record<string, string>): Promise<void> {
    if (name === 'WORKDIR') this.#image.workdir = rest
    else if (name === 'ENV') Object.assign(this.#image.env, argument(rest))
    else if (name === 'RUN') await this.#shell(rest, args)
    else if (name === 'COPY') this.#copy(rest)
    else if (name === 'USER') this.#image.user = rest
    else if (name === 'CMD') this.#image.command = JSON.parse(rest)
    else if (name === 'HEALTHCHECK') this.#image.healthcheck = JSON.parse(rest.replace(/^[^[]*CMD/, ''))
    else if (name === 'VOLUME') this.#image.volumes.push(rest)
    else if (!WITHOUT_EFFECT_HERE.includes(name)) throw new Error(`${name} is not supported here`)
    if (name === 'WORKDIR') mkdirSync(join(this.#upper, rest), { recursive: true })
  }

  /** Runs in its own mount namespace, so its mounts disappear when it ends. */
  async #shell(script: string, args: Record<string, string>): Promise<void> {
    const mounts = [
      'mount -t overlay overlay -o "lowerdir=$1,upperdir=$2/upper,workdir=$2/work" "$2/root"',
      'mount --bind /proc "$2/root/proc"',
      'mount --rbind /dev "$2/root/dev"',
      'exec unshare --root="$2/root" --wd="$3" sh -c "$4"',
    ]
    const [, ...lower] = this.#image.layers
    const words = ['sh', lower.join(':'), this.#folder, this.#image.workdir, script]
    await execa('unshare', ['--mount', 'sh', '-euc', mounts.join('\n'), ...words], {
      extendEnv: false,
      env: { ...this.#image.env, ...args, HOME: '/root', NODE_EXTRA_CA_CERTS: AUTHORITIES },
    })
  }

  #copy(rest: string): void {
    const [, stage, words = ''] = /^(?:--from=(\S+) )?(.*)$/.exec(rest) ?? []
    const [to = '', ...sources] = words.split(/\s+/).toReversed()
    const from = stage ? this.#find(stage)?.layers[0] : this.#context
    if (!from) throw new Error(`There is no stage ${stage}`)
    for (const source of sources) {
      const into = join(this.#upper, this.#absolute(to), to.endsWith('/') ? (source.split('/').at(-1) ?? '') : '')
      if (!existsSync(join(from, source))) throw new Error(`There is no ${source} to copy`)
      cpSync(join(from, source), into, { recursive: true, verbatimSymlinks: true })
    }
  }

  #find = (name: string): Image | undefined => this.#built.find(({ stage }) => stage.name === name)?.image

  #absolute = (path: string): string => (path.startsWith('/') ? path : join(this.#image.workdir, path))
}

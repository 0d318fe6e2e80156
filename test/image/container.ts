import { join } from 'node:path'
import type { Image } from './build.ts'

/** How a container engine runs an image. Its root file system is read-only. */
export interface Container {
  /** `<user>` or `<user>:<group>` */
  user: string
  /** Folders of this machine by their path in the container; a new, empty one where none is given. */
  mounts: Record<string, string | undefined>
  capabilities: string[]
  noNewPrivileges: boolean
}

/** Docker's default capabilities: https://docs.docker.com/engine/containers/run/#runtime-privilege-and-linux-capabilities */
export const dockersCapabilities = [
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'NET_RAW',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
]

/** As Fargate runs the container of a synthesised task definition. */
export function taskContainer(definition: {
  User: string
  ReadonlyRootFilesystem: boolean
  MountPoints: { ContainerPath: string }[]
  LinuxParameters: { Capabilities: { Drop: string[] } }
}): Container {
  requireReadOnly(definition.ReadonlyRootFilesystem)
  return {
    user: definition.User,
    mounts: Object.fromEntries(definition.MountPoints.map(({ ContainerPath }) => [ContainerPath, undefined])),
    capabilities: without(definition.LinuxParameters.Capabilities.Drop),
    noNewPrivileges: false,
  }
}

/** The parts of a service in a compose file that a container engine acts on. */
export interface ComposeService {
  read_only?: boolean
  tmpfs?: string[]
  /** `<name>:<path>` */
  volumes?: string[]
  cap_drop?: string[]
  security_opt?: string[]
  environment?: Record<string, string>
}

/** As Docker Compose runs a service; `volumes` are the folders that stand for its named volumes. */
export function composeContainer(service: ComposeService, image: Image, volumes: Record<string, string>): Container {
  requireReadOnly(service.read_only ?? false)
  const named = (service.volumes ?? []).map((volume) => volume.split(':') as [name: string, path: string])
  return {
    user: image.user,
    mounts: Object.fromEntries([
      ...(service.tmpfs ?? []).map((path) => [path, undefined]),
      ...named.map(([name, path]) => [path, volumes[name]]),
    ]),
    capabilities: without(service.cap_drop ?? []),
    noNewPrivileges: service.security_opt?.includes('no-new-privileges:true') ?? false,
  }
}

function requireReadOnly(isReadOnly: boolean): void {
  if (!isReadOnly) throw new Error('Containers with a writable root file system are not supported here')
}

const without = (dropped: string[]): string[] =>
  dropped.includes('ALL') ? [] : dockersCapabilities.filter((name) => !dropped.includes(name))

/**
 * The program and the leading arguments that run a command in a container as an engine would: on the image's read-only files, with its
 * mounts, as its user, and with its capabilities. It shares this machine's network and processes.
 */
export function containerRuntime(folder: string, image: Image, container: Container): [string, ...string[]] {
  const root = join(folder, 'root')
  const script = [
    'root=$1 layers=$2 workdir=$3; shift 3',
    // Without an upper layer it is read-only.
    'mount -t overlay overlay -o "lowerdir=$layers" "$root"',
    'mount --bind /proc "$root/proc"',
    'mount --rbind /dev "$root/dev"',
    ...Object.entries(container.mounts).map(([path, folder]) =>
      folder ? `mount --bind "${folder}" "$root${path}"` : `mount -t tmpfs -o mode=1777 tmpfs "$root${path}"`,
    ),
    'exec unshare --root="$root" --wd="$workdir" "$@"',
  ]
  const [user, group = user] = container.user.split(':')
  const capabilities = container.capabilities.map((name) => `,+${name.toLowerCase()}`).join('')
  return [
    'unshare',
    ...['--mount', 'sh', '-euc', script.join('\n'), 'sh', root, image.layers.join(':'), image.workdir],
    ...['setpriv', `--reuid=${user}`, `--regid=${group}`, '--clear-groups'],
    ...[
      `--bounding-set=-all${capabilities}`,
      '--inh-caps=-all',
      ...(container.noNewPrivileges ? ['--no-new-privs'] : []),
    ],
  ]
}

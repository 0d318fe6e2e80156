import { join } from 'node:path'
import type { Image } from './build.ts'

/** The parts of a synthesised container definition that a container engine acts on. */
export interface ContainerSettings {
  User: string
  ReadonlyRootFilesystem: boolean
  MountPoints: { ContainerPath: string }[]
  LinuxParameters: { Capabilities: { Drop: string[] } }
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

/**
 * The program and the leading arguments that run the container's command as a container engine would: on the image's read-only
 * files, with fresh folders at its mount points, as its user, and with what is left of Docker's capabilities. It shares this
 * machine's network and processes.
 */
export function containerRuntime(folder: string, image: Image, settings: ContainerSettings): [string, ...string[]] {
  if (!settings.ReadonlyRootFilesystem)
    throw new Error('Containers with a writable root file system are not supported here')
  const root = join(folder, 'root')
  const kept = dockersCapabilities.filter((name) => !settings.LinuxParameters.Capabilities.Drop.includes(name))
  const script = [
    'root=$1 layers=$2 workdir=$3; shift 3',
    // Without an upper layer it is read-only.
    'mount -t overlay overlay -o "lowerdir=$layers" "$root"',
    'mount --bind /proc "$root/proc"',
    'mount --rbind /dev "$root/dev"',
    ...settings.MountPoints.map(({ ContainerPath }) => `mount -t tmpfs -o mode=1777 tmpfs "$root${ContainerPath}"`),
    'exec unshare --root="$root" --wd="$workdir" "$@"',
  ]
  const capabilities = kept.map((name) => `+${name.toLowerCase()}`).join(',')
  return [
    'unshare',
    ...['--mount', 'sh', '-euc', script.join('\n'), 'sh', root, image.layers.join(':'), image.workdir],
    ...['setpriv', `--reuid=${settings.User}`, `--bounding-set=-all,${capabilities}`, '--inh-caps=-all'],
  ]
}

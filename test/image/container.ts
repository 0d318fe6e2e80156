import { join } from 'node:path'
import type { Image } from './build.ts'

/** Of a synthesised container definition, what a container engine is told. */
export interface ContainerSettings {
  User: string
  ReadonlyRootFilesystem: boolean
  MountPoints: { ContainerPath: string }[]
  LinuxParameters: { Capabilities: { Drop: string[] } }
}

/** What Docker gives a container: https://docs.docker.com/engine/containers/run/#runtime-privilege-and-linux-capabilities */
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
 * A program, and the arguments before the container's own command, that run it as a container engine would: on the
 * image's files, which cannot be written, but for fresh folders at its mount points; as its user; with what is left of
 * Docker's capabilities. The network and the processes are those of this machine.
 */
export function containerRuntime(folder: string, image: Image, settings: ContainerSettings): [string, ...string[]] {
  if (!settings.ReadonlyRootFilesystem) throw new Error('Containers that may write anywhere are not known here')
  const root = join(folder, 'root')
  const kept = dockersCapabilities.filter((name) => !settings.LinuxParameters.Capabilities.Drop.includes(name))
  const script = [
    'root=$1 layers=$2 workdir=$3; shift 3',
    // Without an upper layer: nothing can be written.
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

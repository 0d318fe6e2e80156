import { execFileSync } from 'node:child_process'

/** Makes folders below a folder, each in the last, with a path that no call takes at once: 6,000 bytes. A file lies in the last. */
export function deepFolder(folder: string): void {
  const script = 'for i in $(seq 30); do mkdir "$1" && cd -P "$1" || exit 1; done; : > file'
  execFileSync('bash', ['-c', script, 'bash', 'd'.repeat(200)], { cwd: folder })
}

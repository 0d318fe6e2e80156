import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { folder, installed, packages } from './clis.ts'

/** Installs the pinned CLIs if they are missing: about 480 MB. */
if (!installed()) {
  mkdirSync(folder, { recursive: true })
  for (const name of ['package.json', 'package-lock.json']) copyFileSync(join(packages, name), join(folder, name))
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder, stdio: 'inherit' })
}
if (!installed()) throw new Error(`The CLIs are not in ${folder}: there are packages for Linux with glibc only`)

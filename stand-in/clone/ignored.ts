import { basename, extname } from 'node:path'

const directories = new Set(
  `.git .hg .svn node_modules bower_components vendor third_party dist build out target coverage .venv venv
   site-packages __pycache__ .tox .nox .mypy_cache .pytest_cache .ruff_cache .next .nuxt .cache .turbo .parcel-cache
   .idea .vs cdk.out __snapshots__ generated __generated__`.split(/\s+/),
)

const lockFiles = new Set(
  `package-lock.json npm-shrinkwrap.json yarn.lock pnpm-lock.yaml bun.lock bun.lockb deno.lock poetry.lock uv.lock
   Pipfile.lock pdm.lock Cargo.lock go.sum Gemfile.lock composer.lock flake.lock`.split(/\s+/),
)

const secretNames = new Set(['.npmrc', '.netrc', '.pypirc', '.htpasswd', '.git-credentials', '.dockercfg'])
const secretExtensions = new Set(['.pem', '.key', '.p12', '.pfx', '.jks', '.keystore', '.kdbx', '.ppk', '.tfstate'])
const generatedSuffixes = ['.min.js', '.min.css', '.map', '.snap', '_pb2.py', '_pb2_grpc.py', '.pb.go', '.tsbuildinfo']

/** Folders of installed, built or cached files rather than the project's own. */
export const isIgnoredDirectory = (name: string): boolean => directories.has(name) || name.endsWith('.egg-info')

/** Files in which a package manager records exact versions. Their presence matters, their content doesn't. */
export const isLockFile = (path: string): boolean => lockFiles.has(basename(path))

/** Files that look generated. */
export const isGenerated = (path: string): boolean =>
  generatedSuffixes.some((suffix) => path.endsWith(suffix)) || basename(path).includes('.generated.')

/** Files that look as if they contain credentials, except examples such as `.env.example`. */
export function looksSecret(path: string): boolean {
  const name = basename(path).toLowerCase()
  if (name === '.env' || name.startsWith('.env.')) return !/example|sample|template|dist/.test(name)
  return (
    secretNames.has(name) ||
    secretExtensions.has(extname(name)) ||
    /^(id_(rsa|dsa|ecdsa|ed25519)|credentials|secrets?)(\.(json|ya?ml|toml|txt|ini))?$/.test(name)
  )
}

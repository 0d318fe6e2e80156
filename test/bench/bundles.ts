import { globSync } from 'node:fs'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { build } from 'esbuild'
import { execa } from 'execa'
import { bundling } from '../../infra/aws/handler-function.ts'
import { root } from '../support/service-process.ts'
import { compare } from './compare.ts'

/** The clients that a bundle may hold, with what a bare program imports to have one. */
const clients = {
  '@aws-sdk/client-dynamodb': 'DynamoDBClient',
  '@aws-sdk/lib-dynamodb': 'DynamoDBDocumentClient',
  '@aws-sdk/client-s3': 'S3Client',
  '@aws-sdk/client-sqs': 'SQSClient',
  '@aws-sdk/client-ecs': 'ECSClient',
  '@aws-sdk/client-secrets-manager': 'SecretsManagerClient',
}

/** Each function's bundle beside a bare bundle of the clients that it holds: bytes, and how long Node takes to load both. */
export async function printBundles(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'docsfy-bundles-'))
  try {
    console.log(
      '| Function | Bundle | Its clients alone | Loaded in | Its clients alone | Ratio |\n|---|---|---|---|---|---|',
    )
    for (const entry of globSync('functions/*.ts', { cwd: root }).sort()) {
      const name = basename(entry, '.ts')
      const { bundle, packages } = await bundleOf(join(root, entry), join(folder, `${name}.mjs`))
      if (!packages) continue
      const bare = join(folder, `${name}-bare.ts`)
      const exports = Object.entries(clients).filter(([pkg]) => packages.has(pkg))
      await writeFile(bare, exports.map(([pkg, client]) => `export { ${client} } from '${pkg}'\n`).join(''))
      const floor = await bundleOf(bare, join(folder, `${name}-bare.mjs`))
      const times = await compare(
        () => load(bundle),
        () => load(floor.bundle),
        7,
      )
      const kilobytes = async (path: string) => `${Math.round((await stat(path)).size / 1_000)} kB`
      const sizes = [await kilobytes(bundle), await kilobytes(floor.bundle)]
      const ratio = (times.ours / times.floor).toFixed(2)
      const cells = [name, ...sizes, `${times.ours.toFixed(0)} ms`, `${times.floor.toFixed(0)} ms`, ratio]
      console.log(`| ${cells.join(' | ')} |`)
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Bundles a file as the stack does. `packages` are those of the SDK that came along; undefined for a file that is no entry. */
async function bundleOf(entry: string, bundle: string) {
  const { metafile } = await build({
    entryPoints: [entry],
    outfile: bundle,
    absWorkingDir: root,
    nodePaths: [join(root, 'node_modules')],
    bundle: true,
    platform: 'node',
    metafile: true,
    format: 'esm',
    target: bundling.target,
    minify: bundling.minify,
    keepNames: bundling.keepNames,
    mainFields: bundling.mainFields,
    banner: { js: bundling.banner },
    logLevel: 'error',
  })
  const [output] = Object.values(metafile.outputs)
  const inputs = Object.keys(output?.inputs ?? {})
  const packages = new Set(inputs.map((path) => /node_modules\/(@aws-sdk\/[^/]+)/.exec(path)?.[1]))
  return { bundle, packages: output?.exports.includes('handler') ? packages : undefined }
}

/** Lambda's runtime provides this object to functions that stream. */
const RUNTIME = 'data:text/javascript,globalThis.awslambda={streamifyResponse:(handler)=>handler}'

const load = async (bundle: string) => await execa(process.execPath, ['--import', RUNTIME, bundle])

import { createHash } from 'node:crypto'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeStack } from '../support/stack-template.ts'
import { edit } from './edits.ts'

/**
 * Synthesises the stack with these contexts and edits its template for the emulator.
 *
 * @param assets - where bundles are kept for the next time
 * @param into - a folder for the result, which the CDK's command line can deploy
 */
export function synthesise(contexts: Record<string, string>, assets: string, into: string): void {
  const { app, stack } = makeStack(contexts, { bundling: true, outdir: assets })
  app.synth()
  cpSync(assets, into, { recursive: true })
  const [template, manifest, files] = [
    `${stack.stackName}.template.json`,
    'manifest.json',
    `${stack.stackName}.assets.json`,
  ]
  const change = (name: string, by: (text: string) => string) =>
    writeFileSync(join(into, name), by(readFileSync(join(into, name), 'utf8')))

  change(template, edited)
  // Assets are found by their hash, and so the edited template needs one of its own.
  const hash = createHash('sha256')
    .update(readFileSync(join(into, template)))
    .digest('hex')
  change(manifest, (text) => text.replaceAll(/\/[0-9a-f]{64}\.json"/g, `/${hash}.json"`))
  change(files, (text) => withoutImage(text, template, hash))
}

function edited(text: string): string {
  const template = JSON.parse(text)
  edit(template)
  return JSON.stringify(template)
}

/** There is no container engine here: nothing builds the runner's image. */
function withoutImage(text: string, template: string, hash: string): string {
  const assets = JSON.parse(text)
  assets.dockerImages = {}
  for (const { source, destinations } of Object.values<Asset>(assets.files)) {
    if (source.path !== template) continue
    for (const destination of Object.values(destinations)) destination.objectKey = `${hash}.json`
  }
  return JSON.stringify(assets)
}

interface Asset {
  source: { path: string }
  destinations: Record<string, { objectKey: string }>
}

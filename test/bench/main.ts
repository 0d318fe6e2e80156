import { aiCall } from './ai-call.ts'
import { printBundles } from './bundles.ts'
import { refusedGenerate, statusPage } from './requests.ts'
import { printSiteGrowth, renderedSite } from './site.ts'

/**
 * `npm run bench`: what docsfy adds to the least that the same work can cost, measured in one run on one machine. The
 * ratio is what counts; milliseconds are this machine's.
 */
const benchmarks = [statusPage, refusedGenerate, aiCall, renderedSite]

console.log('| What | docsfy | Floor | Ratio | The floor is |\n|---|---|---|---|---|')
for (const benchmark of benchmarks) {
  const { what, floorIs, ours, floor } = await benchmark()
  const cells = [what, `${ours.toFixed(1)} ms`, `${floor.toFixed(1)} ms`, (ours / floor).toFixed(1), floorIs]
  console.log(`| ${cells.join(' | ')} |`)
}

console.log()
await printSiteGrowth()

console.log()
await printBundles()

import { writeFileSync } from 'node:fs'
import { figuresOf } from './figures.ts'

/**
 * Records the figures that docs/prompts.md compares with. Run it in a checkout of an earlier commit, with this folder copied into it:
 * `node test/clis/prompts-page/record-before.ts <clone> <commit of the checkout>`.
 */
const [clone = '', commit = ''] = process.argv.slice(2)
const before = { commit, ...(await figuresOf(clone)) }
writeFileSync(new URL('before.json', import.meta.url), `${JSON.stringify(before, null, 2)}\n`)

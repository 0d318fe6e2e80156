import { registerHooks } from 'node:module'
import { mutants } from './mutants.ts'

/** Preloaded with `--import`: replaces one module with a mutated version, chosen by `MUTANT`. */
const mutant = mutants.find(({ name }) => name === process.env.MUTANT)
if (!mutant) throw new Error(`Unknown mutant '${process.env.MUTANT}'`)
const target = new URL(`../../${mutant.file}`, import.meta.url).href

registerHooks({
  resolve(specifier, context, nextResolve) {
    const resolved = nextResolve(specifier, context)
    // This loader has already imported the lifecycle table itself, so the mutated version needs its own URL.
    return resolved.url === target ? { ...resolved, url: `${target}?mutant` } : resolved
  },
  load(url, context, nextLoad) {
    if (url !== `${target}?mutant`) return nextLoad(url, context)
    const loaded = nextLoad(url, context)
    return { ...loaded, source: mutant.mutate(String(loaded.source)) }
  },
})

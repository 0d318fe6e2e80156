import { registerHooks } from 'node:module'
import { mutants } from './mutants.ts'

/** Preloaded with `--import`: gives one module with the mistake that `MUTANT` names, whoever imports it. */
const mutant = mutants.find(({ name }) => name === process.env.MUTANT)
if (!mutant) throw new Error(`There is no mutant '${process.env.MUTANT}'`)
const target = new URL(`../../${mutant.file}`, import.meta.url).href

registerHooks({
  resolve(specifier, context, nextResolve) {
    const resolved = nextResolve(specifier, context)
    // This loader has imported the lifecycle table itself: the mistake needs an address of its own.
    return resolved.url === target ? { ...resolved, url: `${target}?mutant` } : resolved
  },
  load(url, context, nextLoad) {
    if (url !== `${target}?mutant`) return nextLoad(url, context)
    const loaded = nextLoad(url, context)
    return { ...loaded, source: mutant.mutate(String(loaded.source)) }
  },
})

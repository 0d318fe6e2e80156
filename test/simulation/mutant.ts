/** A deliberate mistake in the code. */
export interface Mutant {
  name: string
  /** Path from the root of the repository. */
  file: string
  /** Returns the source with the mistake; throws if the code it replaces is no longer there. */
  mutate(source: string): string
}

/** A mutant that replaces text, each occurring exactly once in the file. */
export const swap = (name: string, file: string, ...changes: [from: string, to: string][]): Mutant => ({
  name,
  file,
  mutate: (source) =>
    changes.reduce((text, [from, to]) => {
      if (text.split(from).length !== 2) throw new Error(`Mutant '${name}' no longer matches ${file}: ${from}`)
      return text.replace(from, () => to)
    }, source),
})

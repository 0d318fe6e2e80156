/** One mistake in the code. */
export interface Mutant {
  name: string
  /** From the root of the repository. */
  file: string
  /** The file with the mistake in it; throws when there is no place for it any more. */
  mutate(source: string): string
}

/** A mistake made by putting other text in the place of some that stands in the file exactly once. */
export const swap = (name: string, file: string, ...changes: [from: string, to: string][]): Mutant => ({
  name,
  file,
  mutate: (source) =>
    changes.reduce((text, [from, to]) => {
      if (text.split(from).length !== 2) throw new Error(`'${name}' fits ${file} no more: ${from}`)
      return text.replace(from, () => to)
    }, source),
})

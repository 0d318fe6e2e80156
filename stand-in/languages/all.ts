import { extensionOf } from '../clone/extensions.ts'
import type { TextFile } from '../clone/repository.ts'
import { parse } from '../syntax/grammar.ts'
import type { Outline } from '../syntax/outline.ts'
import { c, cPlusPlus } from './c.ts'
import { cSharp } from './c-sharp.ts'
import { javascript, typescript, typescriptJsx } from './ecmascript.ts'
import { go } from './go.ts'
import { java } from './java.ts'
import type { Language } from './language.ts'
import { php } from './php.ts'
import { python } from './python.ts'
import { ruby } from './ruby.ts'
import { rust } from './rust.ts'
import { shell } from './shell.ts'

export const languages: readonly Language[] = [
  ...[typescript, typescriptJsx, javascript, python, go, rust, java, cSharp, c, cPlusPlus, ruby, php, shell],
]

/** The language of a file, by its extension; undefined when there is no grammar for it. */
export const languageOf = (path: string): Language | undefined =>
  languages.find(({ extensions }) => extensions.includes(extensionOf(path)))

/** Outlines a source file; undefined when its language is unknown. */
export async function outlineOf({ path, text }: TextFile): Promise<Outline | undefined> {
  const language = languageOf(path)
  const tree = language && (await parse(language.grammar, text))
  if (!tree) return undefined
  const outline = language.outline(tree)
  tree.delete()
  return outline
}

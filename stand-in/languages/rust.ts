import { posix } from 'node:path'
import { outlineWith } from '../syntax/query-outline.ts'
import type { Language } from './language.ts'

const symbols = `
(function_item name: (_) @name body: (_) @body) @function
(function_signature_item name: (_) @name) @function
(impl_item type: [(type_identifier) @owner (generic_type type: (_) @owner) (scoped_type_identifier name: (_) @owner)]
  body: (declaration_list (function_item name: (_) @name body: (_) @body) @method))
(struct_item name: (_) @name) @struct
(union_item name: (_) @name) @struct
(enum_item name: (_) @name) @enum
(trait_item name: (_) @name body: (_) @body) @trait
(type_item name: (_) @name) @type
(const_item name: (_) @name) @constant
(static_item name: (_) @name) @constant
(macro_definition name: (_) @name) @macro
(mod_item name: (_) @_tests (#match? @_tests "^tests?$")) @skip
(impl_item trait: (_) body: (_) @skip)`

const imports = `
(use_declaration argument: (_) @from)
(mod_item name: (_) @from !body)`

export const rust: Language = {
  name: 'Rust',
  extensions: ['.rs'],
  grammar: 'rust',
  outline: outlineWith({
    symbols,
    imports,
    isPublic: ({ head, owner }) => owner?.kind === 'trait' || /^(#\[.*\]\s)*(pub\b(?!\()|macro_rules!)/.test(head),
    isDoc: (comment) => /^(\/\/[/!]|\/\*[*!])/.test(comment),
  }),
  // `crate::a::b::{C, D}` of src/x/y.rs is src/a/b.
  target: (from, path) => {
    const parts = (from.split(/::\{| as /, 1)[0] ?? '').split('::')
    const source = path.lastIndexOf('src/')
    if (parts[0] === 'crate') return `/${path.slice(0, source + 3)}/${parts.slice(1).join('/')}`
    if (parts[0] === 'self' || parts.length === 1)
      return `/${posix.dirname(path)}/${parts.filter((part) => part !== 'self').join('/')}`
    return parts[0] === 'super' ? `/${posix.join(posix.dirname(path), '..', ...parts.slice(1))}` : parts.join('/')
  },
  testFile: /(^|\/)tests?\.rs$/,
  testName: /#\[(?:tokio::)?test\]\s(?:\s*#\[[^\]\n]*\]\n)?\s*(?:async )?fn (\w+)/g,
  entry: /(^|\/)src\/(main|lib|bin\/[^/]+)\.rs$/,
}

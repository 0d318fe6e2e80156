import { outlineWith } from '../syntax/query-outline.ts'
import type { Language } from './language.ts'

const symbols = `
(function_declaration name: (_) @name body: (_) @body) @function
(method_declaration receiver: (parameter_list (parameter_declaration type: [(pointer_type (_) @owner) (type_identifier) @owner (generic_type type: (_) @owner)]))
  name: (_) @name body: (_) @body) @method
(type_spec name: (_) @name type: (struct_type)) @struct
(type_spec name: (_) @name type: (interface_type)) @interface
(type_spec name: (_) @name) @type
(type_alias name: (_) @name) @type
(method_elem name: (_) @name) @method
(const_declaration (const_spec name: (_) @name) @constant)
(var_declaration (var_spec name: (_) @name) @constant)`

const imports = `
(import_spec path: (_) @from)
(package_clause (_) @package)`

export const go: Language = {
  name: 'Go',
  extensions: ['.go'],
  grammar: 'go',
  outline: outlineWith({
    symbols,
    imports,
    isPublic: ({ name }) => /^\p{Lu}/u.test(name),
    isDoc: (comment) => !/^\/\/(go:|nolint|\s?\+build)/.test(comment),
  }),
  testFile: /_test\.go$/,
  testName: /^func ((?:Test|Benchmark|Fuzz)\w+)\(/gm,
  entry: /(^|\/)main\.go$/,
}

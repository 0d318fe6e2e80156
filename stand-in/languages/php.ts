import { outlineWith } from '../syntax/query-outline.ts'
import type { Language } from './language.ts'

const symbols = `
(class_declaration name: (_) @name body: (_) @body) @class
(interface_declaration name: (_) @name body: (_) @body) @interface
(trait_declaration name: (_) @name body: (_) @body) @trait
(enum_declaration name: (_) @name body: (_) @body) @enum
(function_definition name: (_) @name body: (_) @body) @function
(method_declaration name: (_) @name body: (_)? @body) @method
(const_declaration (const_element (name) @name)) @constant
(property_declaration (property_element name: (_) @name)) @property`

const imports = `
(namespace_use_clause [(qualified_name) (name)] @from)
(namespace_definition name: (_) @package)`

export const php: Language = {
  name: 'PHP',
  extensions: ['.php'],
  grammar: 'php',
  outline: outlineWith({
    symbols,
    imports,
    isPublic: ({ name, head }) =>
      !/\b(private|protected)\b/.test(head.split('\n', 1)[0] ?? '') && !/^__(?!construct|invoke)/.test(name),
    isDoc: (comment) => comment.startsWith('/**'),
  }),
  target: (from) => from.replaceAll('\\', '/'),
  testFile: /Test\.php$/,
  testName: /function (test\w+)\(|^[ \t]*(?:it|test)\('([^'\n]+)'/gm,
  entry: /^(public\/|web\/)?index\.php$/,
}

import { outlineWith } from '../syntax/query-outline.ts'
import type { Language } from './language.ts'

const symbols = `
(class_declaration name: (_) @name body: (_) @body) @class
(record_declaration name: (_) @name body: (_) @body) @record
(interface_declaration name: (_) @name body: (_) @body) @interface
(annotation_type_declaration name: (_) @name body: (_) @body) @interface
(enum_declaration name: (_) @name body: (_) @body) @enum
(constructor_declaration name: (_) @name body: (_) @body) @method
(method_declaration name: (_) @name body: (_)? @body) @method
(annotation_type_element_declaration name: (_) @name) @method
(field_declaration declarator: (variable_declarator name: (_) @name)) @property`

const imports = `
(import_declaration (scoped_identifier) @from)
(package_declaration (_) @package)`

export const java: Language = {
  name: 'Java',
  extensions: ['.java'],
  grammar: 'java',
  outline: outlineWith({
    symbols,
    imports,
    isPublic: ({ head, owner }) =>
      owner?.kind === 'interface' ? !/^\s*private\b/.test(head) : /\b(public|protected)\b/.test(head),
    isDoc: (comment) => comment.startsWith('/**'),
  }),
  target: (from) => from.replaceAll('.', '/'),
  testFile: /(Tests?|IT|TestCase)\.java$/,
  testName: /@(?:Parameterized)?Test\b[^;{}]{0,200}?\bvoid (\w+)|^[ \t]*public void (test\w+)\(/gm,
  entry: /(^|\/)(Main|Application|[A-Z]\w*Application)\.java$/,
}

import { outlineWith } from '../syntax/query-outline.ts'
import type { Language } from './language.ts'

const symbols = `
(class_declaration name: (_) @name body: (_)? @body) @class
(record_declaration name: (_) @name body: (_)? @body) @record
(struct_declaration name: (_) @name body: (_)? @body) @struct
(interface_declaration name: (_) @name body: (_)? @body) @interface
(enum_declaration name: (_) @name body: (_) @body) @enum
(delegate_declaration name: (_) @name) @type
(constructor_declaration name: (_) @name body: (_) @body) @method
(method_declaration name: (_) @name body: (_)? @body) @method
(property_declaration name: (_) @name) @property
(field_declaration (variable_declaration (variable_declarator name: (_) @name))) @property`

const imports = `
(using_directive [(qualified_name) (identifier)] @from)
(namespace_declaration name: (_) @package)
(file_scoped_namespace_declaration name: (_) @package)`

export const cSharp: Language = {
  name: 'C#',
  extensions: ['.cs'],
  grammar: 'c-sharp',
  outline: outlineWith({
    symbols,
    imports,
    isPublic: ({ head, owner }) => owner?.kind === 'interface' || /\b(public|protected)\b/.test(head),
    isDoc: (comment) => /^(\/\/\/|\/\*\*)/.test(comment),
  }),
  target: (from) => from.replaceAll('.', '/'),
  testFile: /(Tests?|Specs?)\.cs$/,
  testName: /\[(?:Fact|Theory|Test|TestMethod|TestCase)\b[^{};]{0,300}?\b(?:void|Task) (\w+)/g,
  entry: /(^|\/)(Program|Startup)\.cs$/,
}

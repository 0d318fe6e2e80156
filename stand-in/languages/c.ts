import { posix } from 'node:path'
import { outlineWith } from '../syntax/query-outline.ts'
import type { Language } from './language.ts'

const declarator = (name: string) => `[
  (function_declarator declarator: ${name})
  (pointer_declarator declarator: (function_declarator declarator: ${name}))
  (pointer_declarator declarator: (pointer_declarator declarator: (function_declarator declarator: ${name})))
  (reference_declarator (function_declarator declarator: ${name}))]`

const symbols = `
(function_definition declarator: ${declarator('[(identifier) (field_identifier)] @name')} body: (_) @body) @function
(declaration declarator: ${declarator('(identifier) @name')}) @function
(field_declaration declarator: ${declarator('(field_identifier) @name')}) @function
(class_specifier name: (_) @name body: (_) @body) @class
(struct_specifier name: (_) @name body: (_) @body) @struct
(union_specifier name: (_) @name body: (_) @body) @struct
(enum_specifier name: (_) @name body: (_) @body) @enum
(type_definition declarator: (type_identifier) @name) @type
(alias_declaration name: (_) @name) @type
(concept_definition name: (_) @name) @type
(preproc_function_def name: (_) @name) @macro
(field_declaration_list (access_specifier) @access)`

const imports = '(preproc_include path: (_) @from)'

const isHeader = /\.(h|hh|hpp|hxx|inl)$/

const shared = {
  // One grammar for both: nearly all C is C++.
  grammar: 'cpp',
  outline: outlineWith({
    symbols,
    imports,
    isPublic: ({ name, head, access, owner }) =>
      access === undefined
        ? !(owner && /\bclass\b/.test(owner.head)) && !/^static\b|^_/.test(head) && !/^_|^operator/.test(name)
        : access === 'public',
    isDoc: (comment) => !/^\/[/*]\s*(NOLINT|clang-|todo|fixme)/i.test(comment),
  }),
  target: (from: string, path: string) => {
    const bare = from.replace(isHeader, '')
    return from.startsWith('.') ? `/${posix.join(posix.dirname(path), bare)}` : bare
  },
}

export const c: Language = {
  ...shared,
  name: 'C',
  extensions: ['.c', '.h'],
  entry: /(^|\/)main\.c$/,
  testFile: /(^|\/)(test|check)[-_][^/]*\.c$|[-_]test\.c$/,
}

export const cPlusPlus: Language = {
  ...shared,
  name: 'C++',
  extensions: ['.cc', '.cpp', '.cxx', '.hpp', '.hh', '.hxx', '.ipp', '.inl'],
  entry: /(^|\/)main\.(cc|cpp|cxx)$/,
  testFile: /[-_](test|unittest)\.(cc|cpp|cxx)$|(^|\/)test[-_][^/]*\.(cc|cpp)$/,
  testName: /^(?:TEST|TEST_F|TEST_P|TYPED_TEST|TEST_CASE|SCENARIO)\(\s?([^)\n]+)\)/gm,
}

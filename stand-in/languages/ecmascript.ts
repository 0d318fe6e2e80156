import { posix } from 'node:path'
import { firstLine, lastLine, type Node, namedChildren, stringValue, type Tree } from '../syntax/grammar.ts'
import type { CodeSymbol, Import, Outline, SymbolKind } from '../syntax/outline.ts'
import { leadingComment, topComment } from './ecmascript-comments.ts'
import type { Language } from './language.ts'

const kinds: Record<string, SymbolKind> = {
  function_declaration: 'function',
  generator_function_declaration: 'function',
  function_signature: 'function',
  function_expression: 'function',
  arrow_function: 'function',
  class_declaration: 'class',
  abstract_class_declaration: 'class',
  class: 'class',
  interface_declaration: 'interface',
  type_alias_declaration: 'type',
  enum_declaration: 'enum',
  internal_module: 'namespace',
  module: 'namespace',
}

/** Outlines a TypeScript or JavaScript file: its imports and exports (ES modules and CommonJS). */
export function outlineEcmascript({ rootNode }: Tree): Outline {
  const statements = namedChildren(rootNode).flatMap(insideWrapper)
  const symbols = statements.flatMap((statement) => declared(statement, statement, false))
  const exported = new Set(statements.flatMap(exportedNames))
  for (const symbol of symbols) if (exported.has(symbol.name)) symbol.isPublic = true
  return {
    doc: topComment(rootNode),
    symbols: withoutOverloads(symbols),
    imports: statements.flatMap(importOf),
    listed: exported.size > 0 ? [...exported] : undefined,
  }
}

/** The statements of a function that is called at once, as files did before there were modules. */
function insideWrapper(statement: Node): Node[] {
  if (statement.type !== 'expression_statement' || !/^[(!;]\s?function/.test(statement.text.slice(0, 20)))
    return [statement]
  const wrapper = statement.descendantsOfType('function_expression')[0]
  return wrapper ? namedChildren(wrapper.childForFieldName('body')) : [statement]
}

/** `outer` is the whole statement, including an `export` before the declaration. */
function declared(node: Node, outer: Node, isPublic: boolean): CodeSymbol[] {
  if (node.type === 'export_statement') {
    const inner = node.childForFieldName('declaration') ?? node.childForFieldName('value')
    return inner ? declared(inner, outer, true) : []
  }
  if (node.type === 'ambient_declaration') return namedChildren(node).flatMap((each) => declared(each, outer, isPublic))
  if (node.type === 'lexical_declaration' || node.type === 'variable_declaration') {
    return namedChildren(node).flatMap((each) => variable(each, outer, isPublic))
  }
  if (node.type === 'expression_statement') return commonJs(namedChildren(node)[0], outer)
  const kind = kinds[node.type]
  if (!kind) return []
  return [symbol(nameOf(node) ?? 'default', kind, node, outer, isPublic)]
}

const nameOf = (node: Node) => node.childForFieldName('name')?.text

function variable(node: Node, outer: Node, isPublic: boolean): CodeSymbol[] {
  const name = node.childForFieldName('name')
  if (node.type !== 'variable_declarator' || name?.type !== 'identifier') return []
  const value = node.childForFieldName('value')
  return [symbol(name.text, kinds[value?.type ?? ''] ?? 'constant', value ?? node, outer, isPublic)]
}

/** `exports.name = …`, `module.exports.name = …` and `module.exports = function or class`. */
function commonJs(node: Node | undefined, outer: Node): CodeSymbol[] {
  const left = node?.type === 'assignment_expression' ? node.childForFieldName('left') : null
  const value = node?.childForFieldName('right')
  if (left?.type !== 'member_expression' || !value) return []
  const target = left.childForFieldName('object')?.text
  const property = left.childForFieldName('property')?.text ?? ''
  if (target === 'exports' || target === 'module.exports') {
    return [symbol(property, kinds[value.type] ?? 'constant', value, outer, true)]
  }
  const isWhole = target === 'module' && property === 'exports' && kinds[value.type]
  return isWhole ? [symbol(nameOf(value) ?? 'module.exports', isWhole, value, outer, true)] : []
}

function symbol(name: string, kind: SymbolKind, node: Node, outer: Node, isPublic: boolean): CodeSymbol {
  const comment = leadingComment(outer)
  const body = kind === 'function' || kind === 'class' ? node.childForFieldName('body') : null
  return {
    name,
    kind,
    isPublic,
    docStart: comment?.start ?? firstLine(outer),
    start: firstLine(outer),
    headEnd: body ? firstLine(body) : lastLine(outer),
    end: lastLine(outer),
    doc: comment?.text ?? '',
    members: kind === 'class' || kind === 'interface' ? members(node) : [],
  }
}

const memberKinds: Record<string, SymbolKind> = {
  method_definition: 'method',
  abstract_method_signature: 'method',
  method_signature: 'method',
  public_field_definition: 'property',
  field_definition: 'property',
  property_signature: 'property',
}

function members(node: Node): CodeSymbol[] {
  const found = namedChildren(node.childForFieldName('body')).flatMap((member) => {
    const kind = memberKinds[member.type]
    const name = nameOf(member) ?? member.childForFieldName('property')?.text ?? ''
    const access = namedChildren(member).find(({ type }) => type === 'accessibility_modifier')?.text
    const isHidden = /^[#_]/.test(name) || access === 'private' || access === 'protected'
    return kind && name && !isHidden ? [symbol(name, kind, member, member, true)] : []
  })
  return withoutOverloads(found)
}

/** One entry per name: overloads and a getter's setter add nothing to a list. */
const withoutOverloads = (symbols: CodeSymbol[]): CodeSymbol[] =>
  symbols.filter(
    ({ name, kind }, index) => symbols.findIndex((one) => one.name === name && one.kind === kind) === index,
  )

/** The names that a statement exports without declaring them. */
function exportedNames(node: Node): string[] {
  if (node.type === 'expression_statement') return exportedObject(namedChildren(node)[0])
  if (node.type !== 'export_statement' || node.childForFieldName('source')) return []
  const value = node.childForFieldName('value') ?? namedChildren(node).find(({ type }) => type === 'identifier')
  if (value?.type === 'identifier') return [value.text]
  return specifiers(node).map(({ imported }) => imported)
}

function exportedObject(node: Node | undefined): string[] {
  if (node?.childForFieldName('left')?.text !== 'module.exports') return []
  const value = node.childForFieldName('right')
  if (value?.type === 'identifier') return [value.text]
  return namedChildren(value)
    .map((each) => (each.type === 'pair' ? each.childForFieldName('value') : each))
    .flatMap((each) =>
      each?.type === 'identifier' || each?.type === 'shorthand_property_identifier' ? [each.text] : [],
    )
}

function specifiers(node: Node) {
  return node
    .descendantsOfType(['export_specifier', 'import_specifier'])
    .filter((each) => each !== null)
    .map((each) => {
      const imported = nameOf(each) ?? ''
      return { imported, local: each.childForFieldName('alias')?.text ?? imported }
    })
}

function importOf(node: Node): Import[] {
  const from = stringValue(node.childForFieldName('source'))
  if (from === undefined) return requireOf(node)
  const isExport = node.type === 'export_statement'
  if (isExport && !namedChildren(node).some(({ type }) => type === 'export_clause')) {
    return [{ from, line: firstLine(node), names: [{ imported: '*', local: '*' }], isExport }]
  }
  const clause = namedChildren(node).find(({ type }) => type === 'import_clause')
  const whole = namedChildren(clause).find(({ type }) => type === 'identifier')
  const names = whole ? [{ imported: 'default', local: whole.text }, ...specifiers(node)] : specifiers(node)
  return [{ from, line: firstLine(node), names, isExport }]
}

function requireOf(node: Node): Import[] {
  if (node.type !== 'lexical_declaration' && node.type !== 'variable_declaration') return []
  return namedChildren(node).flatMap((each) => {
    const call = each.childForFieldName('value')
    if (call?.type !== 'call_expression' || call.childForFieldName('function')?.text !== 'require') return []
    const from = stringValue(namedChildren(call.childForFieldName('arguments'))[0])
    return from ? [{ from, line: firstLine(node), names: [], isExport: false }] : []
  })
}

/** A relative import without its extension. A package isn't a file of the clone. */
const relativeTarget = (from: string, path: string): string =>
  from.startsWith('.')
    ? `/${posix.join(posix.dirname(path), from.replace(/\.[cm]?[jt]sx?$/, ''))}`
    : `/node_modules/${from}`

const language = {
  outline: outlineEcmascript,
  target: relativeTarget,
  testName: /\b(?:describe|suite|it|test)(?:\.\w+)*(?:\([^()\n]*\))?\(\s*(?:'([^'\n]+)'|"([^"\n]+)"|`([^`\n]+)`)/g,
  entry: /^(src\/|lib\/|source\/)?(index|main|app|cli|server|mod)\.[cm]?[jt]sx?$/,
}

export const typescript: Language = {
  ...language,
  name: 'TypeScript',
  extensions: ['.ts', '.mts', '.cts'],
  grammar: 'typescript',
}
export const typescriptJsx: Language = { ...language, name: 'TypeScript', extensions: ['.tsx'], grammar: 'tsx' }
export const javascript: Language = {
  ...language,
  name: 'JavaScript',
  extensions: ['.js', '.mjs', '.cjs', '.jsx'],
  grammar: 'javascript',
}

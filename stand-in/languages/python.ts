import { posix } from 'node:path'
import { firstLine, lastLine, type Node, namedChildren, stringValue, type Tree } from '../syntax/grammar.ts'
import type { CodeSymbol, Import, Outline } from '../syntax/outline.ts'
import type { Language } from './language.ts'

/** Outlines a Python module: public functions, classes and constants, and `__all__`. */
export function outlinePython({ rootNode }: Tree): Outline {
  const statements = namedChildren(rootNode)
  const listed = statements.flatMap(listedNames)
  const symbols = statements.flatMap((statement) => definition(statement, 'function'))
  for (const symbol of symbols)
    symbol.isPublic = listed.length > 0 ? listed.includes(symbol.name) : !isPrivate(symbol.name)
  return {
    doc: docstring(statements.find(({ type }) => type !== 'comment'))?.text ?? '',
    symbols: symbols.filter(({ name }, index) => symbols.findIndex((one) => one.name === name) === index),
    imports: statements.flatMap(importOf),
    listed: listed.length > 0 ? listed : undefined,
  }
}

const isPrivate = (name: string) => name.startsWith('_')

function definition(outer: Node, kind: 'function' | 'method'): CodeSymbol[] {
  const node = outer.type === 'decorated_definition' ? outer.childForFieldName('definition') : outer
  if (node?.type === 'expression_statement') return kind === 'function' ? constant(node) : []
  const isClass = node?.type === 'class_definition'
  if (!node || (!isClass && node.type !== 'function_definition')) return []
  const body = node.childForFieldName('body')
  const head = node.childForFieldName('return_type') ?? node.childForFieldName('parameters')
  const doc = docstring(namedChildren(body)[0])
  const headEnd = lastLine(head ?? node.childForFieldName('superclasses') ?? node.childForFieldName('name') ?? node)
  return [
    {
      name: node.childForFieldName('name')?.text ?? '',
      kind: isClass ? 'class' : kind,
      isPublic: true,
      docStart: firstLine(outer),
      start: firstLine(outer),
      headEnd: doc ? doc.end : headEnd,
      end: lastLine(outer),
      doc: doc?.text ?? '',
      members: isClass
        ? namedChildren(body)
            .flatMap((each) => definition(each, 'method'))
            .filter(isPublicMember)
        : [],
    },
  ]
}

const isPublicMember = ({ name }: CodeSymbol, index: number, all: CodeSymbol[]) =>
  !isPrivate(name) && all.findIndex((one) => one.name === name) === index

/** An assignment to a name in capitals. */
function constant(statement: Node): CodeSymbol[] {
  const assignment = namedChildren(statement)[0]
  const name = assignment?.type === 'assignment' ? assignment.childForFieldName('left') : null
  if (name?.type !== 'identifier' || !/^[A-Z][A-Z0-9_]+$/.test(name.text)) return []
  const [start, end] = [firstLine(statement), lastLine(statement)]
  return [
    {
      name: name.text,
      kind: 'constant',
      isPublic: true,
      docStart: start,
      start,
      headEnd: end,
      end,
      doc: '',
      members: [],
    },
  ]
}

function docstring(statement: Node | undefined): { text: string; end: number } | undefined {
  const literal = statement?.type === 'expression_statement' ? namedChildren(statement)[0] : statement
  const text = stringValue(literal)
  if (!literal || text === undefined) return undefined
  return { text: dedented(text), end: lastLine(literal) }
}

const dedented = (text: string) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .join('\n')
    .replace(/:[\w:.-]{1,80}:`~?([^`]+)`/g, '`$1`')
    .replace(/``([^`]+)``/g, '`$1`')
    .trim()

function listedNames(statement: Node): string[] {
  const assignment = statement.type === 'expression_statement' ? namedChildren(statement)[0] : undefined
  if (assignment?.childForFieldName('left')?.text !== '__all__') return []
  return namedChildren(assignment.childForFieldName('right')).flatMap((each) => stringValue(each) ?? [])
}

function importOf(node: Node): Import[] {
  const line = firstLine(node)
  if (node.type === 'import_statement') {
    return namedChildren(node).map((each) => ({ from: moduleName(each), line, names: [], isExport: false }))
  }
  const from = node.type === 'import_from_statement' ? node.childForFieldName('module_name')?.text : undefined
  if (from === undefined) return []
  const names = node
    .childrenForFieldName('name')
    .filter((each) => each !== null)
    .map((each) => {
      const imported = moduleName(each)
      return { imported, local: each.childForFieldName('alias')?.text ?? imported }
    })
  const isAll = namedChildren(node).some(({ type }) => type === 'wildcard_import')
  return [{ from, line, names: isAll ? [{ imported: '*', local: '*' }] : names, isExport: isAll }]
}

const moduleName = (node: Node) =>
  (node.type === 'aliased_import' ? node.childForFieldName('name')?.text : node.text) ?? ''

export const python: Language = {
  name: 'Python',
  extensions: ['.py', '.pyi'],
  grammar: 'python',
  outline: outlinePython,
  target: (from, path) => {
    const dots = from.search(/[^.]|$/)
    const rest = from.slice(dots).replaceAll('.', '/')
    return dots === 0 ? rest : `/${posix.join(posix.dirname(path), ...Array<string>(dots - 1).fill('..'), rest)}`
  },
  testFile: /(^|\/)(test_[^/]*|[^/]*_test|conftest|tests?)\.py$/,
  testName: /^[ \t]*(?:async )?def (test\w*)\(|^class (Test\w*)/gm,
  entry: /(^|\/)__main__\.py$/,
}

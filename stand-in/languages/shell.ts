import { outlineWith } from '../syntax/query-outline.ts'
import type { Language } from './language.ts'

const symbols = '(function_definition name: (_) @name body: (_) @body) @function'

const imports =
  '(command name: (command_name) @_source argument: [(word) (string)] @from (#any-of? @_source "source" "."))'

export const shell: Language = {
  name: 'Shell',
  extensions: ['.sh', '.bash', '.bats', '.zsh'],
  grammar: 'bash',
  outline: outlineWith({
    symbols,
    imports,
    isPublic: ({ name }) => !name.startsWith('_'),
    isDoc: (comment) => !/^#\s*(!|shellcheck|todo)/i.test(comment),
  }),
  // Folders in variables are known only when it runs.
  target: (from) => from.replace(/^.*\$\{?\w*\}?\//, '').replace(/\.(sh|bash)$/, ''),
  testFile: /\.bats$/,
  testName: /^@test ["']([^"\n]+)["']/gm,
}

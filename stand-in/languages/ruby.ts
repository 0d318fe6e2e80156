import { posix } from 'node:path'
import { outlineWith } from '../syntax/query-outline.ts'
import type { Language } from './language.ts'

const symbols = `
(class name: (_) @name superclass: (_)? body: (_)? @body) @class
(method name: (_) @name) @method
(singleton_method name: (_) @name) @method
(class body: (body_statement (assignment left: (constant) @name) @constant))
(module name: (_) @name body: (body_statement [(method) (singleton_method)]) @body) @module
(body_statement (identifier) @access (#any-of? @access "private" "protected" "public" "private_constant"))`

const imports = `
(call method: (identifier) @_require arguments: (argument_list (string (string_content) @from)) (#any-of? @_require "require" "require_relative" "autoload"))`

export const ruby: Language = {
  name: 'Ruby',
  extensions: ['.rb', '.rake', '.gemspec', '.ru'],
  grammar: 'ruby',
  outline: outlineWith({
    symbols,
    imports,
    isPublic: ({ name, access }) => access !== 'private' && access !== 'protected' && !name.startsWith('_'),
    isDoc: (comment) => !/^#\s*(:nodoc:|frozen_string_literal|rubocop|encoding|@!)/.test(comment),
  }),
  target: (from, path) => (from.startsWith('.') ? `/${posix.join(posix.dirname(path), from)}` : from),
  testFile: /_(spec|test)\.rb$|(^|\/)test_[^/]*\.rb$/,
  testName: /^[ \t]*(?:it|describe|context|test|should) ?\(?["']([^"'\n]+)["']|^[ \t]*def (test_\w+)/gm,
  entry: /^(bin|exe)\/[^/.]+$/,
}

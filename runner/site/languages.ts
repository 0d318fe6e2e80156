import { highlighter } from './highlighter.ts'

export interface Language {
  /** Its name for readers. */
  label: string
  /** Undefined if its code is not coloured. */
  grammar: string | undefined
}

/** The language that a fence names in any of the usual ways: `ts`, `TypeScript`, `c++`. Undefined for a name that nobody knows. */
export function languageNamed(name: string): Language | undefined {
  const word = name.toLowerCase()
  const known = NAMED.get(word)
  if (known) return known
  return highlighter.registered(word) ? { label: name, grammar: word } : undefined
}

/** The language of a file, told by its name. */
export function fileLanguage(path: string): Language | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase()
  const extension = name.slice(name.lastIndexOf('.') + 1)
  return NAMED.get(name) ?? (extension === name ? undefined : NAMED.get(extension))
}

/** Label, grammar of the highlighter, and the names and extensions that stand for it. */
const LANGUAGES: [label: string, grammar: string | undefined, names: string][] = [
  ['Bash', 'bash', 'bash sh zsh shell shellscript ksh .bashrc'],
  ['Console', 'shell', 'console shellsession shell-session'],
  ['C', 'c', 'c h'],
  ['C++', 'cpp', 'cpp c++ cc cxx hpp hh hxx'],
  ['C#', 'csharp', 'csharp c# cs'],
  ['CSS', 'css', 'css'],
  ['Dart', 'dart', 'dart'],
  ['Diff', 'diff', 'diff patch'],
  ['Dockerfile', 'dockerfile', 'dockerfile docker containerfile'],
  ['Elixir', 'elixir', 'elixir ex exs'],
  ['Environment', 'properties', 'env dotenv .env .env.example'],
  ['Erlang', 'erlang', 'erlang erl hrl'],
  ['Go', 'go', 'go golang'],
  ['Go module', undefined, 'go.mod mod gomod'],
  ['GraphQL', 'graphql', 'graphql gql'],
  ['Groovy', 'groovy', 'groovy gradle jenkinsfile'],
  ['Haskell', 'haskell', 'haskell hs'],
  ['HTML', 'xml', 'html htm xhtml vue svelte astro'],
  ['HTTP', 'http', 'http'],
  ['INI', 'ini', 'ini cfg conf editorconfig .editorconfig'],
  ['Java', 'java', 'java'],
  ['JavaScript', 'javascript', 'javascript js mjs cjs jsx'],
  ['JSON', 'json', 'json jsonc json5 ndjson jsonl webmanifest'],
  ['Julia', 'julia', 'julia jl'],
  ['Kotlin', 'kotlin', 'kotlin kt kts'],
  ['Less', 'less', 'less'],
  ['Lua', 'lua', 'lua'],
  ['Makefile', 'makefile', 'makefile make mk mak gnumakefile'],
  ['Markdown', 'markdown', 'markdown md mdx'],
  ['Mermaid', undefined, 'mermaid mmd'],
  ['nginx', 'nginx', 'nginx nginxconf'],
  ['Nix', 'nix', 'nix'],
  ['Objective-C', 'objectivec', 'objectivec objective-c objc m mm'],
  ['Perl', 'perl', 'perl pl pm'],
  ['PHP', 'php', 'php'],
  ['PowerShell', 'powershell', 'powershell ps1 psm1 pwsh'],
  ['Properties', 'properties', 'properties'],
  ['Protocol Buffers', 'protobuf', 'protobuf proto'],
  ['Python', 'python', 'python py pyi python3'],
  ['R', 'r', 'r'],
  ['Ruby', 'ruby', 'ruby rb gemfile rakefile gemspec'],
  ['Rust', 'rust', 'rust rs'],
  ['Scala', 'scala', 'scala sc sbt'],
  ['SCSS', 'scss', 'scss sass'],
  ['SQL', 'sql', 'sql postgresql mysql sqlite'],
  ['Swift', 'swift', 'swift'],
  ['Terraform', undefined, 'terraform hcl tf tfvars'],
  ['Text', undefined, 'text txt plain plaintext'],
  ['TOML', 'ini', 'toml'],
  ['TypeScript', 'typescript', 'typescript ts mts cts tsx'],
  ['Visual Basic', 'vbnet', 'vbnet vb'],
  ['XML', 'xml', 'xml svg xsd xsl plist csproj'],
  ['YAML', 'yaml', 'yaml yml'],
]

const NAMED = new Map(
  LANGUAGES.flatMap(([label, grammar, names]) =>
    names.split(' ').map((name): [string, Language] => [name, { label, grammar }]),
  ),
)

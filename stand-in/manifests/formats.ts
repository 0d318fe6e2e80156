import { cargo, gem, goModule, gradle, maven, native, nuget, pypi } from './ecosystems.ts'
import type { Ecosystem, FactKind } from './manifest.ts'

/** How to read a manifest line by line. Its values need not be parsed to be cited. */
export interface Format {
  file: RegExp
  ecosystem: Ecosystem
  /** Opens a section, named by the first group that matched. */
  section?: RegExp
  /** A key and its value. */
  pair: RegExp
  /** What keys state: a kind of fact, or what they require a version of. In sections of that name only, if the key names one. */
  facts: Record<string, FactKind | { requires: string }>
  /** A dependency's name and range, in these sections. */
  dependency?: { line: RegExp; section?: RegExp }
  /** The name of a command that installing it brings. */
  command?: { line: RegExp; section?: RegExp }
}

const tomlSection = /^\[{1,2}([^[\]]+)\]/
const tomlPair = /^([\w.-]+)\s*=\s*(\S.*)$/
const xmlPair = /^\s*<([\w.]+)>([^<>]+)<\//

/** The formats that are read by their lines; package.json and composer.json are JSON. */
export const formats: Format[] = [
  {
    file: /(^|\/)pyproject\.toml$/,
    ecosystem: pypi,
    section: tomlSection,
    pair: tomlPair,
    facts: pythonFacts('project', 'tool.poetry'),
    dependency: {
      line: /^(?:\s*|(?:dependencies|requires) ?= ?\[)"([\w.-]+)((?:[ <>=~!;[(][^"]*)?)"/,
      section: /^(project(\.optional-dependencies)?|dependency-groups|build-system)$/,
    },
    command: { line: /^([\w.-]+)\s*=\s*"([^"]+)"/, section: /^(project\.(gui-)?scripts|tool\.poetry\.scripts)$/ },
  },
  {
    file: /(^|\/)setup\.(cfg|py)$/,
    ecosystem: pypi,
    pair: /^\s*(name|version|description|license|url|python_requires)\s*=\s*(\S.*)$/,
    facts: {
      name: 'name',
      version: 'version',
      description: 'description',
      license: 'licence',
      python_requires: { requires: 'Python' },
    },
  },
  {
    file: /(^|\/)Cargo\.toml$/,
    ecosystem: cargo,
    section: tomlSection,
    pair: tomlPair,
    facts: {
      'package.name': 'name',
      'package.version': 'version',
      'package.description': 'description',
      'package.license': 'licence',
      'package.homepage': 'homepage',
      'package.rust-version': { requires: 'Rust' },
      'workspace.package.version': 'version',
      'workspace.package.license': 'licence',
      'workspace.package.rust-version': { requires: 'Rust' },
    },
    dependency: { line: /^([\w-]+)(?:\.workspace)?\s*=\s*(\S.*)$/, section: /dependencies$/ },
    command: { line: /^name\s*=\s*"([^"]+)"/, section: /^bin$/ },
  },
  {
    file: /(^|\/)go\.mod$/,
    ecosystem: goModule,
    pair: /^(module|go)\s+(\S+)/,
    facts: { module: 'name', go: { requires: 'Go' } },
    dependency: { line: /^(?:\t|require )([\w-]+\.[\w./-]+) (v\S+)$/ },
  },
  {
    file: /(^|\/)pom\.xml$/,
    ecosystem: maven,
    section: /^\s*<(project|parent|dependencies|dependencyManagement|build|profiles|reporting|properties|licenses)\b/,
    pair: xmlPair,
    facts: {
      'project.artifactId': 'name',
      'project.version': 'version',
      'project.description': 'description',
      'project.url': 'homepage',
      'licenses.name': 'licence',
      'properties.maven.compiler.release': { requires: 'Java' },
      'properties.java.version': { requires: 'Java' },
      'properties.javaVersion': { requires: 'Java' },
    },
    dependency: { line: /^\s*<artifactId>([^<]+)<()/, section: /^dependencies$/ },
  },
  {
    file: /(^|\/)build\.gradle(\.kts)?$/,
    ecosystem: gradle,
    pair: /^\s*(group|version|description|sourceCompatibility) ?=? ?(['"][^'"]+['"].*)$/,
    facts: { version: 'version', description: 'description', sourceCompatibility: { requires: 'Java' } },
    dependency: { line: /^\s+(?:api|\w*[iI]mplementation|compileOnly|runtimeOnly)[ (]+['"]([^'"]+)['"]/ },
  },
  {
    file: /\.(cs|fs)proj$|(^|\/)Directory\.(Packages|Build)\.props$/,
    ecosystem: nuget,
    pair: xmlPair,
    facts: {
      PackageId: 'name',
      Version: 'version',
      VersionPrefix: 'version',
      Description: 'description',
      packagelicenseexpression: 'licence',
      TargetFramework: { requires: '.NET' },
      TargetFrameworks: { requires: '.NET' },
    },
    dependency: { line: /<Package(?:Reference|Version) Include="([^"]+)"(?: Version="([^"]+)")?/ },
  },
  {
    file: /(^|\/)[\w-]+\.gemspec$/,
    ecosystem: gem,
    pair: /^\s*\w+\.(\w+)\s*=\s*(\S.*)$/,
    facts: {
      name: 'name',
      version: 'version',
      summary: 'description',
      license: 'licence',
      homepage: 'homepage',
      required_ruby_version: { requires: 'Ruby' },
    },
    dependency: { line: /^\s*\w+\.add_(?:development_|runtime_)?dependency[ (]+['"]([\w-]+)['"]([^)]*)/ },
  },
  {
    file: /^Gemfile$/,
    ecosystem: gem,
    pair: /^(ruby)\s+(\S+)/,
    facts: { ruby: { requires: 'Ruby' } },
    dependency: { line: /^\s*gem ['"]([\w-]+)['"](.*)$/ },
  },
  {
    file: /^CMakeLists\.txt$/,
    ecosystem: native,
    pair: /^\s*(project|cmake_minimum_required)\s?\(\s*(?:VERSION )?([^\s)]+)/i,
    facts: { project: 'name', cmake_minimum_required: { requires: 'CMake' } },
    dependency: { line: /^\s*find_package\s*\(\s*([\w-]+)\s*([\d.]*)/i },
  },
  {
    file: /^configure\.ac$/,
    ecosystem: native,
    pair: /^\s*(AC_INIT|AC_PREREQ)\s*\(\s*(\[[^\]\n]+\])/,
    facts: { AC_INIT: 'name', AC_PREREQ: { requires: 'Autoconf' } },
  },
]

function pythonFacts(...tables: string[]): Format['facts'] {
  const keys: Format['facts'] = {
    name: 'name',
    version: 'version',
    description: 'description',
    license: 'licence',
    'requires-python': { requires: 'Python' },
    homepage: 'homepage',
  }
  return Object.fromEntries(
    tables.flatMap((table) => Object.entries(keys).map(([key, kind]) => [`${table}.${key}`, kind])),
  )
}

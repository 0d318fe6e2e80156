import type { LanguageProject } from './project.ts'

const csproj =
  '<Project>\n  <PropertyGroup>\n    <TargetFramework>net8.0</TargetFramework>\n    <Description>Reads tide tables.</Description>\n  </PropertyGroup>\n  <ItemGroup>\n    <PackageReference Include="NodaTime" Version="3.1.0" />\n  </ItemGroup>\n</Project>\n'

export const cSharp: LanguageProject[] = [
  {
    what: 'a library',
    files: {
      'README.md': '# Tides\n\nTides is a .NET library for tide\ntables. It is small.\n',
      'src/Tides/Tides.csproj': csproj,
      'src/Tides/Table.cs':
        'using Tides.Store;\n\nnamespace Tides;\n\n/// <summary>\n/// The tides of a <see cref="Port"/>.\n/// </summary>\n/// <remarks>Slow.</remarks>\npublic sealed class Table\n{\n    /// <summary>Reads a table.</summary>\n    public static Table Read(string path) => null;\n\n    /// <summary>When it was read.</summary>\n    public int Hour { get; set; }\n\n    private void Hidden() { }\n}\n',
      'src/Tides/Port.cs':
        'namespace Tides;\n\n/// <summary>Where ships are.</summary>\npublic record Port(string Name);\n',
      'test/Tides.Tests/TableTests.cs':
        'public class TableTests\n{\n    [Fact]\n    public void Reads_A_Port() { }\n}\n',
    },
    says: {
      'public-api': ['public sealed class Table', 'Where ships are.', 'public record Port(string Name);'],
      tests: ['- Reads_A_Port'],
      dependencies: ['| `NodaTime` | `3.1.0` |'],
      'getting-started': ['`.NET net8.0`'],
      architecture: ['[Tides]'],
    },
  },
  {
    what: 'projects in namespaces that are not called like their folders',
    files: {
      'src/Flow.Core/Flow.Core.csproj': csproj,
      'src/Flow.Core/Pipe.cs':
        'namespace Flow\n{\n    /// <summary>Carries.</summary>\n    public interface IPipe { void Carry(); }\n}\n',
      'src/Flow.Web/Flow.Web.csproj': csproj,
      'src/Flow.Web/Server.cs':
        'using Flow;\n\nnamespace Flow.Web;\n\npublic class Server { public const int Port = 1; }\n',
    },
    says: {
      architecture: ['part2 --> part1', '[Flow.Core](', '[Flow.Web]('],
      'public-api': ['Carries.', 'public interface IPipe'],
    },
  },
  {
    what: 'a program',
    files: {
      'App.csproj': csproj,
      'Program.cs':
        'namespace App;\n\npublic static class Program\n{\n    public static void Main() => Environment.GetEnvironmentVariable("APP_HOME");\n}\n',
    },
    says: { configuration: ['| `APP_HOME` |'], overview: ['| Requires .NET | `net8.0` |'] },
  },
]

export const c: LanguageProject[] = [
  {
    what: 'a library with headers',
    files: {
      'README.md': '# tides\n\nReads tide tables.\n',
      'configure.ac': 'AC_INIT([tides],[1.0])\n',
      'Makefile.am': 'check-local: ## Runs the tests\n\t./tests/run\n',
      'src/tides.h':
        '#ifndef TIDES_H\n#define TIDES_H\n\n#include "port.h"\n\n/* Reads a table. Hours are in UTC. */\nstruct tide *tide_read(const char *path, int flags);\n\ntypedef enum { LOW, HIGH } tide_kind;\n\n#endif\n',
      'src/tides.c':
        '#include "tides.h"\n\nstatic int hidden(void) { return 0; }\n\nstruct tide *tide_read(const char *path, int flags) {\n  return getenv("TIDE_HOME");\n}\n',
      'src/port.h': '/** A port. */\nstruct port {\n  int id;\n};\n',
      'src/main.c': '#include "tides.h"\n\nint main(void) { return puts("  -q, --quiet   say nothing\\n"); }\n',
    },
    says: {
      'public-api': ['```c source=src/tides.h#L6-L7\n/* Reads a table. Hours are in UTC. */', 'struct port {'],
      configuration: ['| `TIDE_HOME` |'],
      architecture: ['```mermaid', '["tides.c"]', '[src/main.c](source:src/main.c'],
      tests: ['`make check-local`'],
    },
    lacks: ['[hidden]'],
  },
  {
    what: 'comments that hold code',
    files: {
      'lib/a.c':
        '/* int old(void) { return 1; } */\nint fresh(void) { return 2; }\n\n/* Adds two. */\nint add(int a, int b) { return a + b; }\n',
      'lib/b.c': '/* licensed under the MIT license */\n#include "a.h"\n\nint sub(int a) { return a; }\n',
    },
    says: { 'code-lib': ['Adds two.', '`fresh`'] },
    lacks: ['– int old', 'under the MIT'],
  },
  {
    what: 'a single file',
    files: { 'main.c': '/* Says hello. */\nint main(void) { return 0; }\n' },
    says: { 'code-top': ['Says hello.'] },
  },
]

export const cPlusPlus: LanguageProject[] = [
  {
    what: 'a library of headers',
    files: {
      'CMakeLists.txt': 'cmake_minimum_required(VERSION 3.10)\nproject(tides VERSION 1.2)\nfind_package(Threads)\n',
      'include/tides/table.hpp':
        '// Tides - tables\n\n#pragma once\n#include "tides/port.hpp"\n\nnamespace tides {\n\n/// The tides of a port.\ntemplate <typename T>\nclass table : public port {\n public:\n  /// Reads one.\n  explicit table(const char* path);\n  int high() const { return 1; }\n\n private:\n  int secret();\n};\n\n/** Reads all. */\ntemplate <typename T> auto read_all(T path) -> int {\n  return 1;\n}\n\n}  // namespace tides\n',
      'include/tides/port.hpp':
        'namespace tides {\nstruct port {\n  int id() const;\n};\nenum class kind { low, high };\nusing id_type = int;\n}\n',
      'test/table-test.cc': 'TEST(table_test, reads_a_port) {}\n',
    },
    says: {
      overview: ['| Requires CMake | `3.10` |'],
      'public-api': ['The tides of a port.\ntemplate <typename T>\nclass table : public port {', 'Reads all.'],
      tests: ['- table_test, reads_a_port'],
      dependencies: ['| `Threads` |'],
    },
    lacks: ['[secret]'],
  },
  {
    what: 'sources and headers',
    files: { 'src/a.cc': '#include "b.hh"\n\n// Does a.\nvoid a() {}\n', 'src/b.hh': '// Does b.\nint b(int x);\n' },
    says: { 'public-api': ['Does b.'], 'code-src': ['Does a.'] },
  },
  {
    what: 'a program',
    files: { 'main.cpp': 'int helper() { return 1; }\nint main() { return helper(); }\n' },
    says: { 'code-top': ['int helper()'] },
  },
]

export const ruby: LanguageProject[] = [
  {
    what: 'a gem',
    files: {
      'README.md': '# Tides\n\nTides is a [DSL](https://example.com/dsl) for\nreading tide tables in Ruby.\n',
      'tides.gemspec':
        'Gem::Specification.new "tides", version do |s|\n  s.name = "tides"\n  s.summary = "Reads tide tables"\n  s.license = "MIT"\n  s.required_ruby_version = ">= 2.7"\n  s.add_dependency "rack", "~> 3.0"\nend\n',
      'lib/tides.rb':
        "# frozen_string_literal: true\n\nrequire 'tides/table'\n\n# Tides for everyone.\nmodule Tides\n  # Reads a table.\n  def self.read(path)\n    ENV['TIDES_HOME']\n  end\nend\n",
      'lib/tides/table.rb':
        'module Tides\n  # The tides of a port.\n  class Table < Base\n    LIMIT = 3\n\n    # When it is high.\n    def high\n      1\n    end\n\n    private\n\n    def secret; end\n  end\nend\n',
      'spec/table_spec.rb': "describe Table do\n  it 'reads a port' do\n  end\nend\n",
    },
    says: {
      'getting-started': ['`Ruby >= 2.7`', '`bundle add tides` installs it'],
      'public-api': ['# The tides of a port.', 'Reads a table.'],
      configuration: ['| `TIDES_HOME` |'],
      tests: ['- reads a port'],
      dependencies: ['| `rack` | `~> 3.0` |'],
    },
    lacks: ['secret]', 'frozen'],
  },
  {
    what: 'classes in one file',
    files: {
      'lib/a.rb': 'class A\n  attr_reader :x\n\n  # Steps.\n  def step(n) = n\n\n  def _hidden; end\nend\n',
      'lib/b.rb': "require_relative 'a'\n\nclass B < A\nend\n",
    },
    says: { 'public-api': ['class A', 'Steps.'] },
  },
  { what: 'a script', files: { 'bin/run.rb': '# Runs.\n\ndef run\n  1\nend\n' }, says: { 'code-bin': ['Runs.'] } },
]

export const php: LanguageProject[] = [
  {
    what: 'a package',
    files: {
      'composer.json':
        '{\n  "name": "sea/tides",\n  "description": "Reads tide tables",\n  "license": "MIT",\n  "require": {\n    "php": "^8.1",\n    "psr/log": "^3"\n  },\n  "scripts": {\n    "test": "phpunit"\n  }\n}\n',
      'src/Table.php':
        "<?php\n\n/**\n * Tides\n *\n * @license MIT\n */\n\nnamespace Sea\\Tides;\n\nuse Sea\\Tides\\Store\\Disk;\n\n/**\n * The tides of a port.\n */\nfinal class Table\n{\n    /** Reads a table. */\n    public static function read(string $path): self\n    {\n        return getenv('TIDES_HOME');\n    }\n\n    private function secret(): void\n    {\n    }\n}\n",
      'src/Store/Disk.php':
        '<?php\n\nnamespace Sea\\Tides\\Store;\n\ninterface Disk\n{\n    public function open(): void;\n}\n',
      'tests/TableTest.php':
        '<?php\n\nclass TableTest\n{\n    public function testReadsAPort(): void\n    {\n    }\n}\n',
    },
    says: {
      overview: ['| Requires PHP | `^8.1` | [composer.json, line 6]'],
      'getting-started': ['`composer require sea/tides` installs it'],
      'public-api': ['The tides of a port.', 'interface Disk'],
      commands: ['| `composer test` | `phpunit` |'],
      tests: ['- testReadsAPort'],
      dependencies: ['| `psr/log` | `^3` |'],
    },
    lacks: ['secret]'],
  },
  {
    what: 'functions and traits',
    files: {
      'a.php': '<?php\n/** Adds. */\nfunction add(int $a): int { return $a; }\n',
      'b.php': '<?php\ntrait Counts { public function count(): int { return 1; } }\n',
    },
    says: { 'public-api': ['Adds.', 'trait Counts'] },
  },
  {
    what: 'an enum',
    files: {
      'src/Kind.php': "<?php\nnamespace A;\n\n/** Which. */\nenum Kind: string { case Low = 'l'; }\n",
      'src/Other.php': '<?php\nnamespace A;\nabstract class Other {}\n',
    },
    says: { 'public-api': ['Which.', 'abstract class Other'] },
  },
]

export const shell: LanguageProject[] = [
  {
    what: 'a program with a library',
    files: {
      'README.md': '# tides\n\nReads tide tables.\n',
      'bin/tides':
        '#!/usr/bin/env bash\n\nusage() {\n  cat <<END\nUsage: tides [options]\n\n  -c, --count   Count the tides\nEND\n}\n\nsource "$TIDES_ROOT/lib/table.bash"\n',
      'lib/table.bash': `#!/usr/bin/env bash\n\n# Reads a table.\n# Hours are in UTC.\ntable_read() {\n  echo "\${TIDES_HOME:-/tmp}"\n}\n\n_hidden() { :; }\n`,
      'test/table.bats': '@test "reads a port" {\n  true\n}\n',
    },
    says: {
      'public-api': ['# Reads a table.\n# Hours are in UTC.\ntable_read() {'],
      configuration: ['| `TIDES_HOME` |'],
      tests: ['- reads a port'],
    },
    lacks: ['\\_hidden]'],
  },
  {
    what: 'scripts',
    files: { 'install.sh': '#!/bin/sh\n# Installs it.\n\nset -e\n', 'run.sh': '#!/bin/sh\nmain() { :; }\n' },
    says: { 'code-top': ['Installs it.', 'main() { :; }'] },
  },
  {
    what: 'a single function',
    files: { 'a.sh': '# Says hello.\nhello() {\n  echo hello\n}\n' },
    says: { 'code-top': ['Says hello.'] },
  },
]

import type { LanguageProject } from './project.ts'

export const go: LanguageProject[] = [
  {
    what: 'a module with two packages',
    files: {
      'README.md': '# tides\n\nTides reads tide tables.\n',
      'go.mod':
        'module example.com/sea/tides\n\ngo 1.22\n\nrequire (\n\texample.com/x/clock v1.2.0\n\tgithub.com/stretchr/testify v1.9.0\n)\n',
      'tides.go':
        '// Copyright 2024 Somebody. All rights reserved.\n\n// Package tides reads tide tables.\npackage tides\n\nimport "example.com/sea/tides/store"\n\n// Table holds the tides of a port.\ntype Table struct {\n\tPort string\n\trows []int\n}\n\n// Read reads a table. Hours are in UTC.\nfunc Read(path string) (*Table, error) {\n\treturn nil, store.Open(path)\n}\n\n// High returns the next high tide.\nfunc (t *Table) High() int { return t.rows[0] }\n\nfunc hidden() {}\n',
      'tides_test.go': 'package tides\n\nimport "testing"\n\nfunc TestReadsAPort(t *testing.T) {}\n',
      'store/store.go':
        '// Package store keeps tables on disk.\npackage store\n\n// Open opens a file.\nfunc Open(path string) error { return nil }\n',
      'store/cache.go':
        'package store\n\n// Cache remembers tables.\ntype Cache interface {\n\t// Get finds one.\n\tGet(port string) error\n}\n',
      'store/disk.go': 'package store\n\n// Disk is a cache on disk.\ntype Disk struct{}\n',
    },
    says: {
      overview: ['| Requires Go | `1.22` | [go.mod, line 3]'],
      'getting-started': ['`go get example.com/sea/tides` installs it'],
      'public-api': [
        '```go source=tides.go#L14-L17\n// Read reads a table. Hours are in UTC.\nfunc Read(path string) (*Table, error) {',
        'High](source:tides.go#L19-L20) – High returns the next high tide.',
      ],
      tests: ['`go test ./...`', '- TestReadsAPort'],
      dependencies: ['| `example.com/x/clock` | `v1.2.0` | [go.mod, line 6]'],
    },
    lacks: ['All rights reserved', 'hidden`'],
  },
  {
    what: 'a program with flags',
    files: {
      'go.mod': 'module example.com/ebb\n\ngo 1.21\n',
      'main.go':
        'package main\n\nimport "os"\n\nfunc main() {\n\tport := os.Getenv("EBB_PORT")\n\trootCmd.Flags().StringVarP(&port, "port", "p", "", "where to listen")\n}\n',
      'server.go': 'package main\n\n// serve answers requests.\nfunc serve() {}\n',
    },
    says: {
      architecture: ['[main.go](source:main.go#L1-L8)'],
      commands: ['| `--port` | where to listen | [main.go, line 7]'],
      configuration: ['| `EBB_PORT` |'],
      'code-top': ['serve answers requests.'],
    },
  },
  {
    what: 'packages that import each other',
    files: {
      'go.mod': 'module example.com/flow\n',
      ...Object.fromEntries(
        Array.from({ length: 12 }, (_, at) => [`api/part${at}.go`, 'package api\n\nimport "example.com/flow/core"\n']),
      ),
      ...Object.fromEntries(
        Array.from({ length: 12 }, (_, at) => [
          `core/part${at}.go`,
          `package core\n\n// Part${at} counts.\nconst Part${at} = ${at}\n`,
        ]),
      ),
    },
    says: { architecture: ['```mermaid\nflowchart LR\n', 'part1["api"]', 'part1 --> part2'] },
  },
]

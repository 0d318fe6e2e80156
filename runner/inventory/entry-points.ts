import { isTest } from './tests.ts'

/** Names that files have where a program or a library begins, in the usual languages. */
const NAMED =
  /(?:^|\/)(?:(?:index|main|cli|app|server|mod|lib|handler)\.(?:[cm]?[jt]sx?|py|go|rs|rb|php|java|kt|cs|swift|dart|ex|c|cc|cpp|zig)|__main__\.py|__init__\.py|manage\.py|wsgi\.py|asgi\.py|config\.ru|program\.cs|\w{0,80}application\.(?:java|kt))$/i

const IN_BIN = /(?:^|\/)(?:bin|cmd|exe|scripts)\/[^/]+(?:\/main\.go)?$/

/** The paths of files in which a program or a library is likely to begin, those nearest to the root first. */
export const entryPoints = (paths: readonly string[]): string[] =>
  paths
    .filter((path) => (NAMED.test(path) || IN_BIN.test(path)) && !isTest(path))
    .filter((path) => !/(?:^|\/)(?:examples?|docs?|benchmarks?|vendor|third_party)\//i.test(path))
    .toSorted((a, b) => a.split('/').length - b.split('/').length)

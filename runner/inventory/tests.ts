/** A file with tests, by its path. */
export const isTest = (path: string): boolean =>
  /(?:^|\/)(?:tests?(?:-\w+)?|__tests__|specs?|e2e|testdata|fixtures?)\//i.test(path) ||
  /(?:^|[._-])(?:tests?|spec)\.\w{1,5}$/i.test(path) ||
  /(?:^|\/)(?:test_|conftest)[^/]*$|Tests?\.(?:java|kt|cs|swift)$/.test(path)

const MOST_NAMES = 4

/** For each folder with tests, how many files there are and what some of them are called; the folders with most of them first. */
export function describeTests(paths: readonly string[]): string[] {
  const byFolder = Map.groupBy(paths.filter(isTest), (path) => path.split('/').slice(0, -1).slice(0, 2).join('/'))
  return [...byFolder]
    .toSorted(([a, some], [b, others]) => others.length - some.length || (a < b ? -1 : 1))
    .map(([folder, files]) => {
      const names = files.slice(0, MOST_NAMES).map((path) => path.slice(path.lastIndexOf('/') + 1))
      return `${folder || '.'}/ ${files.length}: ${names.join(' ')}${files.length > MOST_NAMES ? ' …' : ''}`
    })
}

/** What the log says when a page is done. The API only counts pages, so clients read here which ones they are. */
export const donePage = (slug: string, done: number, total: number): string =>
  `page '${slug}' is done (${done} of ${total})`

/** The slugs of the pages that a log says are done, in the order in which they were finished. */
export const donePagesIn = (log: string): string[] => [...log.matchAll(DONE)].map(([, slug = '']) => slug)

const DONE = / info {2}page '([^'\n]+)' is done \(/g

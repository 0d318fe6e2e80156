/** What a site says around its pages. Words in braces are replaced. A pair is for one, and for any other number. */
export const en = {
  about: 'Documentation of {project}',
  alsoOnAnotherPage: 'also on another page',
  breadcrumb: 'Breadcrumb',
  browseCode: 'Browse the code',
  changed: 'Changed',
  changedPages: ['1 page changed', '{count} pages changed'],
  changesSince: 'Since the documentation of commit {commit} of {time}: {pages}.',
  close: 'Close',
  copyAsMarkdown: 'Copy as Markdown',
  diagram: 'Diagram',
  diagramAsText: 'Diagram as text',
  diagramNotDrawn: 'This diagram could not be drawn, so here is its source.',
  differences: 'Differences',
  documentationOf: 'Documentation of {project}, commit {commit}, {time}.',
  documentationOfRef: 'Documentation of {project} at {ref}, commit {commit}, {time}.',
  firstSteps: 'First steps',
  goToStart: 'Go to the start page',
  gone: 'Gone',
  gonePages: ['1 page is gone', '{count} pages are gone'],
  kept: 'Unchanged',
  keptPages: ['1 page unchanged', '{count} pages unchanged'],
  lineAdded: 'added:',
  lineRemoved: 'removed:',
  linkTo: 'Link to “{heading}”',
  menu: 'Menu',
  moreLines: ['1 more line differs.', '{count} more lines differ.'],
  new: 'New',
  newPages: ['1 new page', '{count} new pages'],
  next: 'Next',
  noFinishedPages: 'This documentation has no finished pages.',
  noSource: 'no source',
  nothingChanged: 'no page changed',
  notFound: 'Page not found',
  notFoundInCode: 'not found in the code',
  notFoundWhy:
    'This documentation has no page at this address. It may have been renamed when the site was last updated.',
  notVerified: 'not verified',
  onThisPage: 'On this page',
  pager: 'Previous and next page',
  pages: 'Pages',
  previous: 'Previous',
  repository: 'Repository',
  rewritten:
    'This page was written anew. Its former text has too little in common with it to be compared line by line.',
  search: 'Search',
  skip: 'Skip to content',
  sourceFiles: ['1 file', '{count} files'],
  sourcesOfPage: 'Sources of this page',
  startWith: 'Start with {page}',
  table: 'Table',
  theme: 'Theme',
  view: 'View',
  sourceFolder: 'folder',
  sourceLine: 'line {line}',
  sourceLines: 'lines {first}–{last}',
  sourceWhole: 'whole file',
  whatChanged: 'What changed',
  whatIsInside: 'What is inside',
  writtenBy: 'Written by {model}.',
  /** What the scripts say. */
  scripts: {
    choose: 'to choose',
    close: 'to close',
    closeSearch: 'Esc: close the search',
    copied: 'Copied',
    copy: 'Copy',
    copyingFailed: 'Copying failed',
    nothingFound: 'Nothing found for “{query}”',
    open: 'to open',
    results: 'Results',
    resultsFound: ['1 result', '{count} results'],
    scrolls: '{region}, scrolls sideways',
    search: 'Search',
    searchFailed: 'The search could not be loaded.',
    searchHere: 'Search the documentation',
    theme: { auto: 'Theme: automatic', dark: 'Theme: dark', light: 'Theme: light' },
    topOfPage: 'Top of the page',
    wrap: 'Wrap lines',
  },
} as const

/** The same texts in any language. */
export type Texts = Translated<typeof en>

type Translated<Of> = {
  readonly [Name in keyof Of]: Of[Name] extends string
    ? string
    : Of[Name] extends readonly string[]
      ? readonly [string, string]
      : Translated<Of[Name]>
}

/** A page as a model lists it. Missing texts are empty. */
export interface OutlinedPage {
  slug: string
  title: string
  description: string
  type: string
  brief: string
  /** Paths; undefined if it lists none. */
  files?: string[]
  /** Slugs; undefined if it lists none. */
  related?: string[]
  /** The slug of the page that it is below. */
  parent: string
}
export interface OutlinedGroup {
  group: string
  pages: OutlinedPage[]
}
export interface Outline {
  projectName: string
  tagline: string
  repoType: string
  language: string
  summary: string
  terms: { term: string; meaning: string }[]
  groups: OutlinedGroup[]
  /** Slugs; undefined without such a list. */
  rewrite: string[] | undefined
  remove: string[] | undefined
}

type Fields = Record<string, unknown>

/**
 * Reads a site's outline from a model's JSON, in any of the usual shapes. Pages below pages and groups below groups are flattened in
 * reading order; a list may be an object with names as keys; `null` counts as absent.
 */
export function readOutline(json: unknown): Outline {
  const site = unwrapped(json)
  const groups: OutlinedGroup[] = []
  const open = (name: string): OutlinedGroup => {
    const group: OutlinedGroup = { group: name, pages: [] }
    groups.push(group)
    return group
  }
  collect(Array.isArray(site) ? site : childrenOf(site), { open, depth: 0 })
  const fields = isFields(site) ? site : {}
  return {
    projectName: textOf(fields, ['project_name', 'projectName', 'project', 'site_name', 'name']),
    tagline: textOf(fields, ['tagline', 'subtitle', 'description']),
    repoType: textOf(fields, ['repo_type', 'repoType']),
    language: textOf(fields, ['language']),
    summary: textOf(fields, ['summary']),
    terms: termsOf(fields.terms ?? fields.glossary),
    groups: groups.filter(({ pages }) => pages.length > 0),
    rewrite: textsOf(fields.rewrite),
    remove: textsOf(fields.remove),
  }
}

/** Whether a JSON value describes a whole site, not just a part of a plan. */
export const isWholeSite = (json: unknown): boolean => {
  const site = unwrapped(json)
  return isFields(site) && ['project_name', 'projectName', 'navigation'].some((name) => name in site)
}

/** Names of lists of groups and pages. */
const LISTS = [
  ...['navigation', 'nav', 'groups', 'sections', 'categories', 'chapters'],
  ...['pages', 'items', 'children', 'subpages', 'sub_pages', 'subgroups', 'subsections'],
]

/** Names under which models nest the whole plan. */
const WRAPPERS = ['plan', 'site', 'documentation', 'docs', 'result', 'answer']

/** No real plan is nested deeper. */
const MAX_DEPTH = 20

/** The group of pages that have none. */
const NO_GROUP = 'Documentation'

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function unwrapped(json: unknown): unknown {
  if (!isFields(json) || LISTS.some((name) => json[name])) return json
  const inner = WRAPPERS.map((name) => json[name]).find((value) => typeof value === 'object' && value !== null)
  return inner ?? json
}

interface Place {
  open(name: string): OutlinedGroup
  /** The group that collects the pages. */
  group?: OutlinedGroup
  /** The page that they are below. */
  parent?: string
  depth: number
}

function collect(entries: readonly unknown[], place: Place): void {
  if (place.depth > MAX_DEPTH) return
  let { group } = place
  const depth = place.depth + 1
  for (const entry of entries) {
    const fields = typeof entry === 'string' && place.group ? { title: entry } : entry
    if (!isFields(fields)) continue
    const children = childrenOf(fields)
    if (isPage(fields, children)) {
      group ??= place.open(NO_GROUP)
      const page = pageOf(fields)
      group.pages.push({ ...page, parent: page.parent || (place.parent ?? '') })
      collect(children, { ...place, group, depth, parent: page.slug || page.title })
    } else if (children.length > 0) {
      const name = textOf(fields, ['group', 'title', 'name', 'section', 'category', 'label']) || NO_GROUP
      collect(children, { ...place, group: place.open(name), depth })
    }
  }
}

/** A title above a list may belong to a group; only pages have a slug. */
const isPage = (fields: Fields, children: readonly unknown[]): boolean => {
  if (textOf(fields, ['group'])) return false
  return textOf(fields, ['slug']) !== '' || (textOf(fields, ['title']) !== '' && children.length === 0)
}

const pageOf = (fields: Fields): OutlinedPage => ({
  slug: textOf(fields, ['slug']),
  title: textOf(fields, ['title', 'name', 'label']),
  description: textOf(fields, ['summary', 'description']),
  type: textOf(fields, ['type', 'page_type']),
  brief: textOf(fields, ['brief']),
  ...filesOf(fields),
  ...relatedOf(fields),
  parent: textOf(fields, ['parent']),
})

function filesOf(fields: Fields): Pick<OutlinedPage, 'files'> {
  const files = textsOf(fields.files ?? fields.sources)
  return files ? { files } : {}
}

function relatedOf(fields: Fields): Pick<OutlinedPage, 'related'> {
  const related = textsOf(fields.related)
  return related ? { related } : {}
}

/** Objects with a term and its meaning, or one object with terms as keys. */
function termsOf(value: unknown): Outline['terms'] {
  const entries = Array.isArray(value)
    ? value.filter(isFields)
    : Object.entries(isFields(value) ? value : {}).map(([term, meaning]) => ({ term, meaning }))
  return entries
    .map((entry) => ({ term: textOf(entry, ['term', 'name']), meaning: textOf(entry, ['meaning', 'definition']) }))
    .filter(({ term, meaning }) => term && meaning)
}

/** A list of texts, or of objects that name themselves. */
function textsOf(value: unknown): string[] | undefined {
  if (!Array.isArray(value)) return undefined
  return value.flatMap((entry) => {
    const text = typeof entry === 'string' ? entry.trim() : isFields(entry) ? textOf(entry, ['slug', 'path']) : ''
    return text ? [text] : []
  })
}

/** The entries of all lists in an object, in their order. */
const childrenOf = (value: unknown): unknown[] =>
  isFields(value) ? Object.entries(value).flatMap(([name, list]) => (LISTS.includes(name) ? entriesOf(list) : [])) : []

function entriesOf(list: unknown): unknown[] {
  if (Array.isArray(list)) return list
  if (!isFields(list)) return []
  if (childrenOf(list).length > 0) return [list]
  return Object.entries(list).map(([name, entry]) => {
    if (Array.isArray(entry)) return { group: name, pages: entry }
    if (!isFields(entry)) return undefined
    return childrenOf(entry).length > 0 ? { group: name, ...entry } : { slug: name, ...entry }
  })
}

function textOf(fields: Fields, names: readonly string[]): string {
  for (const name of names) {
    const value = fields[name]
    const text = typeof value === 'string' || typeof value === 'number' ? `${value}`.trim() : ''
    if (text) return text.replaceAll(/\s+/g, ' ')
  }
  return ''
}

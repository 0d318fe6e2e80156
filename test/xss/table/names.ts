import { type Family, inert, type Place, type Source, type Vector } from '../vector.ts'

const shadow = (name: string, source: string): Vector => ({
  source,
  effect: `document.${name}?.closest?.('.content') != null`,
})

/** Elements that take the place of what scripts on the page read: a browser's own names, and those of a site's scripts. */
const clobbering: Family = {
  name: 'DOM clobbering',
  vectors: [
    shadow('cookie', '<img name=cookie>'),
    shadow('getElementById', '<img name="getElementById">'),
    shadow('querySelectorAll', '<form name=querySelectorAll></form>'),
    shadow('currentScript', '<embed name=currentScript>'),
    shadow('createElement', '<object id=createElement></object>'),
    shadow('addEventListener', '<img id=addEventListener name=addEventListener>'),
    shadow('documentElement', '<IMG NAME=documentElement>'),
    shadow('scrollingElement', '<form name="scrolling&#69;lement"></form>'),
    shadow('forms', '<form name=forms></form>'),
    shadow('implementation', '<img name=implementation>'),
    { source: '<iframe name=defaultView srcdoc=x></iframe>', effect: 'document.defaultView !== window' },
    { source: '<a id=docsfy></a>', effect: 'window.docsfy instanceof Element' },
    {
      source: '<a id=docsfy></a><a id=docsfy name=search href="http://elsewhere.test"></a>',
      effect: "String(window.docsfy?.search).includes('elsewhere')",
    },
    { source: '<form id=docsfy><input name=theme value=x></form>', effect: "window.docsfy?.theme?.value === 'x'" },
    {
      source: '<iframe name=docsfy srcdoc="<a id=theme></a>"></iframe>',
      effect: 'window.docsfy?.document !== undefined',
    },
    { source: '<p id=searchIndex>x</p>', effect: 'window.searchIndex instanceof Element' },
    {
      source: '<form name=settings><input name=attributes><input name=parentNode></form>',
      effect: 'document.settings?.parentNode?.tagName === "INPUT"',
    },
    {
      source: '<form><input name=submit><input name=action></form>',
      effect: "document.forms[0]?.submit?.tagName === 'INPUT'",
    },
    { source: '[x](b.md)<a name=MathJax id=MathJax></a>', effect: 'window.MathJax instanceof Element' },
  ],
}

const inPlace =
  (place: Place) =>
  (source: Source): Vector => ({ source, place })

const text = ['<img src=x onerror=RUN>', '<script>RUN</script>']
/** Out of a double-quoted attribute. */
const quoted = [
  '"><img src=x onerror=RUN>',
  '" onclick="RUN" tabindex="0" x="',
  '" autofocus tabindex=1 onfocus=RUN x="',
]

const plan: Family = {
  name: 'titles and names of the plan',
  vectors: [
    ...[...text, '</title><script>RUN</script>', '</h1><svg onload=RUN>', '<b onmouseover=RUN>x</b>'].map(
      inPlace('title'),
    ),
    ...[...text, '</p><img src=x onerror=RUN>', '<a href="javascript:RUN">x</a>'].map(inPlace('group')),
    ...[
      ...text,
      '</title></head><body><img src=x onerror=RUN>',
      '</a><iframe srcdoc="<script>RUN</script>"></iframe>',
    ].map(inPlace('project')),
  ],
}

const attributes: Family = {
  name: 'breaking out of attributes',
  vectors: [
    ...['"><img src=x onerror=RUN>', '"><script>RUN</script>', '0;url=EVIL" http-equiv="refresh'].map(
      inPlace('tagline'),
    ),
    ...['"><img src=x onerror=RUN>', '"><svg onload=RUN>'].map(inPlace('title')),
    ...[...quoted, '"><svg onload=RUN>'].map(inPlace('commit')),
  ],
}

/** Data of a site in JavaScript, which its own scripts load and show. */
const data: Family = {
  name: 'search index and markdown to copy',
  vectors: [
    ...['"+RUN+"', '",RUN,"', '"+(()=>RUN)()+"', '"+eval(`RUN`)+"'].map(inPlace('search')),
    ...['"+RUN+"', '",RUN,"', '");RUN;("', '")\nRUN//'].map(inPlace('copied')),
    ...[...text, '</script><script>RUN</script>'].map((source) => ({
      ...inert(source, 'text in a string'),
      place: 'search' as const,
    })),
  ],
}

const files: Family = {
  name: 'file names and citations',
  vectors: [
    ...[...text, ...quoted, '</code></li></ul><svg onload=RUN>'].map(inPlace('path')),
    ...[...text, ...quoted, '</figcaption></figure><svg onload=RUN>'].map(inPlace('excerptPath')),
  ],
}

const origin: Family = {
  name: 'branch, model and address of the repository',
  vectors: [
    ...[...text, '</bdi></p><svg onload=RUN>'].map(inPlace('branch')),
    ...[...text, '</bdi></footer><b onmouseover=RUN>x</b>'].map(inPlace('model')),
    ...['javascript:RUN//', 'JavaScript:RUN//', ' java\tscript:RUN//', 'javascript://host/%0aRUN//', ...quoted].map(
      inPlace('repository'),
    ),
  ],
}

const former: Family = {
  name: 'pages of the site before',
  vectors: [
    ...text,
    '"><img src=x onerror=RUN>',
    '</del><script>RUN</script>',
    '</li></ul><svg onload=RUN>',
    '</details><b onmouseover=RUN>x</b>',
  ].map(inPlace('former')),
}

export const names: readonly Family[] = [clobbering, plan, attributes, data, files, origin, former]

import { type Family, inert, type Place, type Source, type Vector } from '../vector.ts'

const XHTML = 'xmlns="http://www.w3.org/1999/xhtml"'

/** Pieces of XML that do something in a picture that is opened by itself. */
const elements: readonly Source[] = [
  '<script>RUN</script>',
  '</text><script>RUN</script><text>',
  '<script type="text/ecmascript">RUN</script>',
  '<script><![CDATA[RUN]]></script>',
  '<script href="EVIL.js"/>',
  '<script xmlns:x="http://www.w3.org/1999/xlink" x:href="EVIL.js"/>',
  `<script ${XHTML}>RUN</script>`,
  `<x:script xmlns:x="http://www.w3.org/1999/xhtml">RUN</x:script>`,
  `</text><foreignObject width="9" height="9"><img ${XHTML} src="x" onerror="RUN"/></foreignObject><text>`,
  `</text><foreignObject width="9" height="9"><iframe ${XHTML} srcdoc="&lt;script>RUN&lt;/script>"/></foreignObject><text>`,
  `</text><foreignObject width="9" height="9"><img ${XHTML} src="EVIL.png"/></foreignObject><text>`,
  '</text><a href="javascript:RUN"><rect width="9" height="9"/></a><text>',
  '<a href="javascript:RUN">x</a>',
  '<a xmlns:x="http://www.w3.org/1999/xlink" x:href="javascript:RUN">x</a>',
  '<a href="&#106;avascript:RUN">x</a>',
  '</text><a><rect width="9" height="9"/><set attributeName="href" to="javascript:RUN"/></a><text>',
  '</text><rect width="9" height="9" onclick="RUN"/><text>',
  '<tspan onclick="RUN">x</tspan>',
  '</text><image href="x" onerror="RUN"/><text>',
  '</text><image href="EVIL.png" width="9" height="9"/><text>',
  '</text><animate onbegin="RUN" attributeName="x" dur="1s"/><text>',
  '</text><set onbegin="RUN" attributeName="x" to="y" dur="1s"/><text>',
  '<style>@import "EVIL.css";</style>',
  '<style>svg{background:url(EVIL.png)}</style>',
  '<tspan style="fill:url(EVIL.svg#x)">x</tspan>',
]

const inPlace =
  (place: Place) =>
  (source: Source): Vector => ({ source, place })

const diagrams: Family = {
  name: 'labels of mermaid diagrams',
  vectors: elements.map(inPlace('diagram')),
}

const images: Family = {
  name: 'SVG pictures of the repository',
  vectors: elements.map(inPlace('image')),
}

const fence = (text: string): string => `\`\`\`mermaid\n${text}\n\`\`\``
const isText = 'a fence is text until it is drawn'

const mermaid: Family = {
  name: 'mermaid text',
  vectors: [
    inert(fence('flowchart LR\n  A["<img src=x onerror=RUN>"] -->|<script>RUN</script>| B'), isText),
    inert(fence('flowchart LR\n  A --> B\n  click A "javascript:RUN"\n  click B call RUN'), isText),
    inert(
      fence('flowchart LR\n  A --> B\n  style A fill:url(EVIL.svg#x)\n  linkStyle 0 stroke:#fff" onload="RUN'),
      isText,
    ),
    inert(
      fence('%%{init: {"securityLevel": "loose", "themeCSS": "@import url(EVIL.css)"}}%%\nflowchart LR\n  A --> B'),
      isText,
    ),
    inert(fence('sequenceDiagram\n  participant A as <script>RUN</script>\n  A->>A: <img src=x onerror=RUN>'), isText),
    inert(fence('classDiagram\n  class A {\n  +f("><img src=x onerror=RUN>)\n  }'), isText),
    inert(fence('erDiagram\n  "<script>RUN</script>" ||--o{ B : "<img src=x onerror=RUN>"'), isText),
    inert(fence('stateDiagram-v2\n  A --> B : <script>RUN</script>\n  A : "><svg onload=RUN>'), isText),
    inert(fence('gantt\n  title <img src=x onerror=RUN>'), isText),
  ],
}

export const pictures: readonly Family[] = [diagrams, mermaid, images]

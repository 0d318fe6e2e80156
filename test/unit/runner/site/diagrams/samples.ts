/** A diagram of each kind, with what must be in the drawing. */
export const DIAGRAMS: Record<string, { source: string; kind: string; texts: string[] }> = {
  flowchart: {
    source: `---
title: Settings
---
%%{init: {"theme": "base", "themeVariables": {"primaryColor": "url(https://evil.test/a)"}}}%%
graph TD;
  A-->B[Early]; B -- yes --> C{"a (b) [c] {d} | e"}
  C -->|"no &amp; never"| D[(Table)] & E([Start<br/>here])
  D -.-> F((x)); E == thick ==> G[/slanted/]
  F --- G
  subgraph one [Part one]
    direction LR
    H-->us-east
    subgraph two
      K
    end
  end
  one --> A
  style A fill:url(javascript:alert(1))
  click A href "javascript:alert(1)" "tip"
  B["The name"]`,
    kind: 'Flowchart',
    texts: [
      'A',
      'Thename',
      'a(b)[c]{d}|e',
      'no&never',
      'Table',
      'Starthere',
      'x',
      'slanted',
      'H',
      'us-east',
      'K',
      'Partone',
      'two',
      'yes',
      'thick',
    ],
  },
  state: {
    source: `stateDiagram-v2
  direction LR
  [*] --> Idle
  Idle --> Running : start, then wait
  Running : Does the work
  state Running2 {
    [*] --> Inner
    Inner --> Deep
  }
  state "Long name" as L
  Running --> Running2
  Running2 --> L
  L --> [*]`,
    kind: 'State diagram',
    texts: ['Idle', 'start,thenwait', 'Doesthework', 'Running2', 'Inner', 'Deep', 'Longname'],
  },
  sequence: {
    source: `sequenceDiagram
  autonumber
  actor U as A User
  participant Api Gateway
  U->>+Api Gateway: POST /x {"a": [1]}
  Api Gateway-->>-U: 202; Accepted
  Note over U,Api Gateway: a note: with <b>text</b>
  rect rgb(0, 0, 0)
  alt yes
    U-)Queue: ring
  else no & never
    Queue->>Queue: self
  end
  end`,
    kind: 'Sequence diagram',
    texts: [
      'AUser',
      'ApiGateway',
      '1.POST/x{"a":[1]}',
      '2.202;Accepted',
      'anote:withtext',
      '3.ring',
      '4.self',
      '[no&never]',
      'Queue',
    ],
  },
  class: {
    source: `classDiagram
  direction LR
  class Store~K, V~ {
    <<interface>>
    +String name
    -items: Map~K, V~
    +get(key: K) Promise~V~
    #all()$ List~V~
    clear()
  }
  Store <|.. Memory : implements
  Store "1" *-- "0..*" Item : holds
  Item : +int id
  <<enumeration>> Item`,
    kind: 'Class diagram',
    texts: [
      'Store<K,V>',
      '<<interface>>',
      '<<enumeration>>',
      '+name:String',
      '-items:Map<K,V>',
      '+get(key:K):Promise<V>',
      '#all():List<V>',
      'clear()',
      'Memory',
      'implements',
      '1',
      '0..*',
      '+id:int',
    ],
  },
  entities: {
    source: `erDiagram
  CUSTOMER ||--o{ ORDER : places
  ORDER }o..|| "Line Item" : "has <some>"
  CUSTOMER {
    string name PK "what it is called"
    int[] ages FK, UK
  }`,
    kind: 'Entity-relationship diagram',
    texts: ['CUSTOMER', 'ORDER', 'LineItem', 'places', 'has<some>', 'string', 'name', 'PK', 'int[]', 'ages', 'FK,UK'],
  },
}

/** Texts that the library would draw without some of what they say, and others that nobody could read. */
export const NOT_DRAWN: Record<string, string> = {
  'another kind': 'gantt\n  title A\n  a: 2020-01-01, 3d',
  'no kind': 'just text',
  empty: '',
  'an arrow with another end': 'flowchart LR\n  A --x B',
  'an arrow with another end and a label': 'flowchart LR\n  A -- no --x B',
  'a crossed arrow before another': 'flowchart LR\n  A --x B -- no --> C',
  'a shape of the new syntax': 'flowchart LR\n  A@{ shape: cloud } --> B',
  'a bracket without its end': 'flowchart LR\n  A[one --> B',
  'a bracket in a bracket': 'flowchart LR\n  A(one (two)) --> B',
  'a subgraph without its end': 'flowchart LR\n  subgraph a\n  A --> B',
  'a note on a state': 'stateDiagram-v2\n  A --> B\n  note right of A : x',
  'a choice of states': 'stateDiagram-v2\n  state c <<choice>>\n  A --> c',
  'parallel states': 'stateDiagram-v2\n  state A {\n  B --> C\n  --\n  D --> E\n  }',
  'a box of participants': 'sequenceDiagram\n  box Blue\n  participant A\n  end\n  A->>A: x',
  'a note before the first message': 'sequenceDiagram\n  participant A\n  Note over A: x\n  A->>A: y',
  'a lost message': 'sequenceDiagram\n  A-xB: lost',
  'an end too many': 'sequenceDiagram\n  A->>B: x\n  end',
  'a namespace': 'classDiagram\n  namespace N {\n  class A\n  }',
  'a note on a class': 'classDiagram\n  class A\n  note for A "x"',
  'an unknown cardinality': 'erDiagram\n  A one or more to B : x',
  '10,000 nodes': `flowchart TD\n${Array.from({ length: 10_000 }, (_, index) => `A${index} --> A${index + 1}`).join('\n')}`,
  '10,000 nodes in a line': `flowchart TD\n${Array.from({ length: 10_000 }, (_, index) => `A${index}`).join(' & ')} --> B`,
  'each of 100 to each of 100': `flowchart TD\n${'A & '.repeat(99)}A --> ${'B & '.repeat(99)}B`,
  'an endless label': `flowchart TD\n  A[${'x'.repeat(15_000)}] --> B`,
  'deep subgraphs': `flowchart TD\n${Array.from({ length: 500 }, (_, index) => `subgraph s${index}`).join('\n')}\nA\n${'end\n'.repeat(500)}`,
  'many participants': `sequenceDiagram\n${Array.from({ length: 500 }, (_, index) => `P${index}->>P${index + 1}: x`).join('\n')}`,
}

/** Texts that try to get something into the picture that is not a drawing. */
export const HOSTILE: Record<string, string> = {
  'HTML in labels':
    'flowchart LR\n  A["<img src=x onerror=alert(1)>"] -->|"<script>alert(1)</script>"| B["</text></svg><script>alert(1)</script>"]',
  'SVG in labels':
    'flowchart LR\n  A["<foreignObject><iframe src=//evil.test></foreignObject>"] --> B["<a xlink:href=javascript:alert(1)>x</a>"]',
  'quotes in labels': 'flowchart LR\n  A[\'" onload=alert(1) x=\'] --> B["#quot; onload=#quot;alert(1)"]',
  'references in labels':
    'flowchart LR\n  A["&lt;script&gt;alert(1)&lt;/script&gt;"] --> B["&#60;img src=x onerror=alert(1)&#62;&#10;C --> D"]',
  'links and callbacks':
    'flowchart LR\n  A --> B\n  click A "javascript:alert(1)"\n  click B call alert(1)\n  click A href "https://evil.test" _self',
  styles:
    'flowchart LR\n  A:::x --> B\n  classDef x fill:url(https://evil.test/a),stroke:red;x="y"\n  style B fill:#fff" onload="alert(1)\n  linkStyle 0 stroke:url(javascript:alert(1))',
  directives:
    '%%{init: {"securityLevel": "loose", "themeCSS": "*{background:url(https://evil.test)}"}}%%\nflowchart LR\n  A --> B',
  'a directive of several lines':
    '%%{\n init: {"themeCSS": "@import url(https://evil.test)"}\n}%%\nflowchart LR\n  A --> B',
  'control characters': 'flowchart LR\n  A["a\u0000\u0008\u001b[31m\u202eb\ufffe\ud800c"] --> B',
  'private characters': 'flowchart LR\n  A["\ue03cscript\ue03e\ue022 onload=\ue022"] --> B',
  'HTML in messages':
    'sequenceDiagram\n  participant A as <script>alert(1)</script>\n  A->>A: <img src=x onerror=alert(1)>',
  'HTML in classes': 'classDiagram\n  class A {\n  +x: <script>alert(1)</script>\n  +f("><img onerror=alert(1)>)\n  }',
  'HTML in entities': 'erDiagram\n  "<script>alert(1)</script>" ||--o{ B : "<img src=x onerror=alert(1)>"',
  'HTML in states': 'stateDiagram-v2\n  A --> B : <script>alert(1)</script>\n  A : "><svg onload=alert(1)>',
  prototypes: 'flowchart LR\n  __proto__ --> constructor\n  constructor --> toString\n  classDef __proto__ fill:#fff',
}

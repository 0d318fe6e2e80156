import fc from 'fast-check'

/** Placeholders in templates: a word that the page must show, and one that it must leave out. */
const SHOWN = '§'
const HIDDEN = '¤'

export interface UntidyMarkdown {
  markdown: string
  /** The words of its text, in order, each once. */
  words: string[]
}

/** Markdown as models and people write it: all kinds of raw HTML, valid and broken, in and around every markdown construct. */
export const untidyMarkdown = (): fc.Arbitrary<UntidyMarkdown> => {
  const { block } = fc.letrec<{ block: string }>((tie) => ({ block: blockOf(tie('block')) }))
  return fc
    .tuple(fc.array(block, { minLength: 1, maxLength: 8 }), fc.constantFrom('', '', ...TAILS))
    .map(([blocks, tail]) => numbered([SHOWN, ...blocks, tail].join('\n\n')))
}

/** Unclosed HTML that would swallow the rest of a page. */
const TAILS = ['<!-- § never closed\n\n*§* § `§`', '<script> § is a tag\n\n**§** [§](b.md)', '<textarea>\n§\n\n§']

const inlineLeaf = fc.constantFrom(
  ...[
    '§',
    '*§*',
    '**§**',
    '`§`',
    '`<§>`',
    '~~§~~',
    '§~§',
    'Promise<§>',
    'Map<§, Array<§>>',
    '<§>',
    '</§>',
    '<§ a="§">',
    '<§/>',
    '§<br>§',
  ],
  ...[
    '[§](b.md)',
    '[§](gone.md)',
    '[§](source:a.ts#L1)',
    '![§](x.png)',
    '<https://e.example/§>',
    '<img src="x" alt="§">',
    '**「§」**§',
  ],
  ...[
    '<kbd>§</kbd>',
    'H<sub>§</sub>',
    'x<sup>§</sup>',
    '<a href="b.md">§</a>',
    '<a name="x">§</a>',
    '<span style="x">§</span>',
    '<!-- ¤ -->',
  ],
  ...[
    '<b>§',
    '§</b>',
    '<i>§ <b>§</i> §</b>',
    '<div>§</div>',
    '<details>§',
    '</details>§',
    '<script>§',
    '<style>§',
    '<svg>§</svg>',
  ],
  ...[
    '<p>§',
    '<td>§</td>',
    '<li>§',
    '<object>§</object>',
    '<input value=§>',
    '<!DOCTYPE §>',
    '<?§ § ?>',
    '<![CDATA[§]]>',
    '<table>§</table>',
  ],
  ...[
    '§ < § > §',
    '&lt;§&gt; &amp;§',
    '<Details>§</Details>',
    '<BR>§',
    '<B>§</B>',
    'Vec<T§> &<§',
    '<table><tr>§<td>§</table>',
    '<select><option>§</select>',
  ],
)

const inline = fc.oneof(
  { weight: 4, arbitrary: inlineLeaf },
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        fc.constantFrom('b', 'kbd', 'mark', 'em', 'span', 'foo', 'a', 'q', 'font', 'small'),
        inlineLeaf,
        inlineLeaf,
      )
      .map(([tag, a, b]) => `<${tag}>${a} ${b}</${tag}>`),
  },
)

/** Begins with a word, so it never starts an HTML block. */
const line = fc.array(inline, { minLength: 0, maxLength: 5 }).map((parts) => ['§', ...parts].join(' '))

function blockOf(block: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const few = fc.array(block, { minLength: 1, maxLength: 3 }).map((blocks) => blocks.join('\n\n'))
  const around = (before: string, after: string) => few.map((inner) => `${before}\n\n${inner}\n\n${after}`)
  const flat = (...template: string[]) =>
    fc
      .array(line, { minLength: 4, maxLength: 4 })
      .map((lines) => lines.reduce((text, one) => text.replace('@', () => one), template.join('\n')))
  return fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    flat('@'),
    ...[
      flat('## @'),
      flat('- @\n- @'),
      flat('1. @\n2. @'),
      flat('- [x] @\n- [ ] @'),
      flat('> @\n> @'),
      flat('@\n@  \n@'),
    ],
    ...[flat('> [!NOTE]\n> @'), flat('> [!warning] @\n> @'), flat('> **Tip:** @'), flat('> **Important**\n>\n> @')],
    flat('| § | § |\n|---|:-:|\n| § | § |\n| <ul><li>§</li><li>§</li></ul> | §<br/>§ <kbd>§</kbd> |'),
    ...[
      flat('```ts source=a.ts#L1\n<§> §\n```'),
      flat('```html\n<b>§</b>\n<!-- § -->\n```'),
      fc.constant('    <b>§</b>'),
    ],
    ...[flat('<!-- ¤\n\n¤ -->'), flat('<script>\n¤\n\n¤\n</script>'), flat('<style>¤</style>'), fc.constant('---')],
    ...[
      flat('<§>\n@'),
      flat('<§-x>'),
      flat('<§>\n<form>\n@'),
      flat('<button>§</button>\n@'),
      flat('</§>'),
      flat('<iframe>\n§'),
    ],
    ...[
      flat('<details>\n<summary>§</summary>\n§ <b>§</b>\n</details>'),
      flat('<details open><summary>§</summary>\n\n@\n\n</details>'),
    ],
    ...[flat('<table>\n<tr><td>§</td><th>§</th></tr>\n</table>'), flat('<table>§<tr>§<td>§<td>§<tr>§</table>§')],
    ...[
      flat('<table>\n\n@\n\n<tr>\n\n@\n\n<td>\n\n@\n\n</table>'),
      flat('<table><caption>§</caption><tbody>§<tfoot><tr><th>§'),
    ],
    ...[
      flat('<p align="center">§'),
      flat('<p>\n@\n</p>'),
      flat('<p align=center>\n\n@\n\n</p>'),
      flat('<p>§<p>§<div>§</p>§</div>'),
    ],
    ...[
      flat('<dl><dt>§<dd>§<dt>§</dl>'),
      flat('<dl>\n<dt>§</dt>\n<dd>\n\n@\n\n</dd>\n</dl>'),
      flat('<ul><li>§<li>§</ul>'),
      flat('<li>§'),
    ],
    ...[
      flat('<pre>\n§\n\n  <b>§</b></pre>'),
      flat('<h2 align="center">§</h2>'),
      flat('<h3>§<h3>§</h3>'),
      flat('<center>§</center>'),
    ],
    ...[
      flat('<picture>\n<source srcset="x">\n<img src="x" alt="§">\n</picture>'),
      flat('<tr><td>§</td></tr>'),
      flat('<td>§'),
      flat('</td>\n§'),
    ],
    ...[
      flat('<div>\n§'),
      flat('</div>\n§'),
      flat('<details>\n§'),
      flat('<details>\n\n@'),
      flat('</details>\n\n@'),
      flat('<table>\n§'),
    ],
    ...[
      flat('<b>\n\n@\n\n</b>\n\n@'),
      flat('<a href="b.md">\n\n@\n\n</a>'),
      flat('<div><table><tr><td>§</div>§</td></table>§'),
    ],
    ...[
      around('<details>\n<summary>§</summary>', '</details>'),
      around('<div align="center">', '</div>'),
      around('<table><tr><td>', '</td></tr></table>'),
    ],
    ...[
      around('<blockquote>', '</blockquote>'),
      around('<section>', '</section>'),
      around('<foo>', '</foo>'),
      around('<ul><li>', '</li></ul>'),
    ],
    few.map((inner) => inner.replaceAll(/^/gm, '> ')),
    few.map((inner) => `- §\n\n${inner.replaceAll(/^(?=.)/gm, '  ')}`),
  )
}

function numbered(template: string): UntidyMarkdown {
  const words: string[] = []
  const markdown = template.replaceAll(new RegExp(`[${SHOWN}${HIDDEN}]`, 'g'), (sign) => {
    if (sign === HIDDEN) return 'hidden'
    words.push(`w${words.length}x`)
    return words.at(-1) ?? ''
  })
  return { markdown, words }
}

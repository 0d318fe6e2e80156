import { type Family, inert } from '../vector.ts'

const image = '<img src=x onerror=RUN>'

/** Text that looks like code to a reader of the source, and is HTML. */
const code: Family = {
  name: 'code that is not code',
  vectors: [
    `<div>\n\`\`\`\n${image}\n\`\`\`\n</div>`,
    `<div>\n    ${image}\n</div>`,
    `\`\`\` a\`b\n${image}\n\`\`\``,
    `\`${image}`,
    `\`\`${image}\``,
    `\\\`${image}\\\``,
    `\`\`\`\nx\n\`\`\`\n${image}`,
    `~~~\nx\n~~~~\n${image}`,
    `- \`\`\`\n  x\n\n${image}`,
    `> \`\`\`\n> x\n${image}`,
    `\`\`\`js\nx\n    \`\`\`\ny\n\`\`\`\n${image}`,
    `</code></pre>\n${image}`,
    `x\n    ${image}`,
    `<pre>\n\n${image}\n\n</pre>`,
    `<pre><code>${image}</code></pre>`,
    `<code>${image}</code>`,
    `\`a\`<b onclick=RUN>\`b\`</b>`,
    inert(`\`\`\`"><script>RUN</script>\nx\n\`\`\``, 'text of an attribute, which is escaped'),
    inert('```ts title="<img src=x onerror=RUN>"\nx\n```', 'text of an attribute, which is escaped'),
    inert(`\`\`\`ts source=a.ts"onclick=RUN#L1\nx\n\`\`\``, 'text of an attribute, which is escaped'),
    inert(`\`${image}\``, 'code'),
    inert(`\`\`\`html\n${image}\n\`\`\``, 'code'),
  ],
}

const blocks: Family = {
  name: 'HTML in lists, tables, quotes, alerts and footnotes',
  vectors: [
    `> ${image}`,
    `> > - ${image}`,
    `> [!NOTE]\n> ${image}`,
    `> [!WARNING] <b onclick=RUN>x</b>`,
    `> **<script>RUN</script>Note:** x`,
    `> [!<img src=x onerror=RUN>]`,
    `- ${image}`,
    `1. x\n\n   ${image}`,
    `- [x] ${image}`,
    `- [ ] <input type=image src=x onerror=RUN>`,
    `| a |\n|-|\n| ${image} |`,
    `| ${image} |\n|-|\n| x |`,
    `| a |\n|-|\n| \\| <b onclick=RUN>x</b> |`,
    `x[^1]\n\n[^1]: ${image}`,
    `x[^1]\n\n[^1]: y\n\n    ${image}`,
    `x[^1]\n\n[^1]: [y](javascript:RUN)`,
    `~~${image}~~`,
    `***${image}***`,
    `[${image}](b.md)`,
    `[x <b onclick=RUN>y</b>](b.md)`,
    `<p align=center>\n\n${image}\n\n</p>`,
    `<details>\n<summary>x</summary>\n\n${image}\n\n</details>`,
    `<table>\n<tr><td>\n\n${image}\n\n</td></tr>\n</table>`,
    `<dl><dt>x<dd>${image}</dl>`,
    `<ul><li>${image}</ul>`,
    `x  \n${image}\\\ny`,
    `***\n${image}`,
    `</main></div></body></html>${image}`,
    `</details></section>${image}`,
  ],
}

const headings: Family = {
  name: 'headings and anchors',
  vectors: [
    `# ${image}`,
    `## x ${image} {#y}`,
    `x ${image}\n===`,
    `x <script>RUN</script>\n---`,
    `###### <b onclick=RUN>x</b> ######`,
    `<h1>${image}</h1>`,
    `<h2 onclick=RUN id=x>x</h2>`,
    `# <a href="javascript:RUN">x</a>`,
    `## [x](javascript:RUN)\n\n[y](#x)`,
    { source: '## settings', effect: 'window.settings instanceof Element' },
    { source: '<h2 id="settings">x</h2>', effect: 'window.settings instanceof Element' },
    { source: '<a id=content></a>', effect: "document.querySelectorAll('#content').length > 1" },
    { source: '<h2 id="pages">x</h2>', effect: "document.querySelectorAll('#pages').length > 1" },
    inert(`## x" onclick="RUN`, 'text'),
    inert(`## <img src=x onerror=RUN`, 'not a tag'),
  ],
}

export const markdown: readonly Family[] = [code, blocks, headings]

import type { FormerSite } from '../../runner/site/changes/former-site.ts'
import { DIAGRAMS } from '../unit/runner/site/diagrams/samples.ts'
import { PNG } from '../unit/runner/site/images/image-bytes.ts'

/** Pages with everything in them that the layout and the scripts treat in a way of their own. */
export const SAMPLE_PAGES = {
  overview: [
    '# Overview',
    'Courier is a small, durable mail queue. It keeps messages until they are delivered.',
    '```sh\nnpm install --global courier\n```',
    '> [!NOTE]\n> Read [about delivery](delivery.md#retries).',
    '## At a glance',
    'Some `inline code`.',
    '```ts source=src/queue.ts#L40-L43\nexport async function accept(message: Message): Promise<Receipt> {\n  // Stored before the reply is sent.\n  return await store.insert({ id: crypto.randomUUID(), ...message, attempts: 0, nextAttemptAt: Date.now(), position: 0 })\n}\n```',
    '### Deep',
    'Text.',
  ].join('\n\n'),
  delivery: [
    '# Delivery',
    'A worker claims a message.',
    ...['Claiming', 'Retries', 'Dead letters', 'End'].map((name) => `## ${name}\n\n${`About ${name}. `.repeat(250)}`),
    '## Last\n\nShort.',
  ].join('\n\n'),
  options: [
    '# Options',
    'What `courier start` understands.',
    '| Option | Variable | Type | Default | Description |\n|---|---|---|---|---|\n| `--max-concurrent-deliveries` | `COURIER_MAX_CONCURRENT_DELIVERIES` | integer | `10` | Deliveries at once. Each holds one connection to the relay, so this should not exceed what it allows. |',
    '| Code | Meaning |\n|---|---|\n| 0 | fine |',
  ].join('\n\n'),
  images: [
    '# Images',
    '![One pixel](docs/one.png) and ![two boxes](./docs/boxes.svg)',
    '<p align="center"><img src="docs/wide.svg" alt="wide"></p>',
    '![elsewhere](https://elsewhere.test/a.png) ![gone](gone.png)',
  ].join('\n\n'),
  diagrams: [
    '# Diagrams',
    ...Object.values(DIAGRAMS).map(({ source }) => `\`\`\`mermaid\n${source}\n\`\`\``),
    '```mermaid\ngantt\n  title Not drawn\n```',
  ].join('\n\n'),
}

const picture = (size: string, content: string): Buffer =>
  Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" ${size}><script>alert(1)</script>${content}</svg>`)

/** The images of the repository that the pages are about. */
export const SAMPLE_IMAGES: Record<string, Buffer> = {
  'docs/one.png': PNG,
  'docs/boxes.svg': picture(
    'viewBox="0 0 40 20"',
    '<rect width="20" height="20" style="fill:red"/><rect x="20" width="20" height="20"/>',
  ),
  'docs/wide.svg': picture(
    'width="3000" height="100"',
    '<style>.a{fill:#00f}</style><rect class="a" width="3000" height="100"/>',
  ),
}

/** The site before: one page had another text, and one is gone. */
export const FORMER_SITE: FormerSite = {
  commit: 'fedcba9876543210',
  publishedAt: '2025-04-01T09:30:00.000Z',
  pages: [
    {
      slug: 'overview',
      title: 'Title of overview',
      markdown: SAMPLE_PAGES.overview.replace(
        'It keeps messages until they are delivered.',
        'It keeps messages for a day.',
      ),
    },
    { slug: 'former', title: 'Title of former', markdown: '# Former' },
  ],
}

import type { FormerSite } from '../../runner/site/changes/former-site.ts'
import { renderSite } from '../../runner/site/render-site.ts'
import type { Page } from '../../shared/page.ts'
import type { SiteContext } from '../../shared/site.ts'

const cited = (path: string, startLine: number, endLine: number) => ({ path, startLine, endLine, verified: true })

const written: (Page & { group: string })[] = [
  {
    ...{ group: 'First steps', slug: 'overview', title: 'Overview', description: '' },
    markdown: `# Overview

Courier keeps mail until it is delivered. It is one program with one file of data, and survives being killed at any moment.

\`\`\`sh
npm install --global courier
\`\`\`

## How a message travels

\`\`\`mermaid
flowchart LR
  app[Your app] --> accept[Accept]
  accept --> queue[(Queue)]
  queue --> deliver[Deliver]
  deliver --> relay[Relay]
  deliver --> retry{Refused?}
  retry -- yes --> queue
\`\`\`

A message is stored before its sender gets an answer ([\`accept\`](source:src/queue.ts#L40-L47)). Workers take it from there.

> [!NOTE]
> Nothing is lost when the process ends: what was accepted is on the disk.

## What is kept

\`\`\`ts source=src/queue.ts#L40-L47
export async function accept(message: Message): Promise<Receipt> {
  // Stored before the reply is sent.
  const id = crypto.randomUUID()
  await store.insert({ id, ...message, attempts: 0, nextAttemptAt: Date.now() })
  log.info('accepted', { id, to: message.to })
  return { id }
}
\`\`\`

Each message has an id, a state and the time of its next attempt. [Delivery](delivery.md) tells what happens with these.

## What it is not

Courier sends no newsletters and reads no inboxes. It hands messages to a relay, and tries again until that takes them.`,
    citations: [cited('src/queue.ts', 40, 47)],
  },
  {
    ...{ group: 'First steps', slug: 'first-message', title: 'Send your first message', description: '' },
    markdown: `# Send your first message

In five minutes from nothing to a delivered message. You need Node.js 20 and the address of a relay.

1. Start it: \`courier start --relay smtp.example.org\`
2. Send: \`courier send --to ann@example.org hello.eml\`
3. Watch it go: \`courier list --follow\`

> [!TIP]
> Without a relay at hand, \`--relay stdout\` prints what would be sent.`,
    citations: [],
  },
  {
    ...{ group: 'Guides', slug: 'delivery', title: 'Delivery and retries', description: '' },
    markdown: `# Delivery and retries

Workers claim messages, hand them to the relay and put back what was refused, later each time.

## Retries

The wait doubles from one minute to four hours.

## Dead letters

After three days a message is a dead letter. It stays until you send or delete it.`,
    citations: [],
  },
  {
    ...{ group: 'Guides', slug: 'operations', title: 'Run it in production', description: '' },
    markdown:
      '# Run it in production\n\nOne process on one machine carries a million messages a day. How to watch it, back it up and move it.',
    citations: [],
  },
  {
    ...{ group: 'Reference', slug: 'options', title: 'Command-line options', description: '' },
    markdown: `# Command-line options

Everything that \`courier start\` understands. Each option can also be set by a variable of the environment.

| Option | Variable | Type | Default | Description |
|---|---|---|---|---|
| \`--relay\` | \`COURIER_RELAY\` | host | none | Where messages are handed over. |
| \`--port\` | \`COURIER_PORT\` | integer | \`2525\` | Where applications connect. |
| \`--max-deliveries\` | \`COURIER_MAX_DELIVERIES\` | integer | \`10\` | Deliveries at once. Each holds one connection to the relay, so this should not exceed what it allows. |
| \`--retry-for\` | \`COURIER_RETRY_FOR\` | duration | \`3d\` | How long a refused message is tried again before it is a dead letter. |
| \`--data\` | \`COURIER_DATA\` | path | \`./courier.db\` | The file with all messages. Its folder must be on a local disk. |
| \`--log\` | \`COURIER_LOG\` | level | \`info\` | \`error\`, \`warn\`, \`info\` or \`debug\`. |

## Exit codes

| Code | Meaning |
|---|---|
| 0 | It was stopped, and nothing was under way. |
| 1 | The options or the data file cannot be used. |
| 75 | The disk is full. Start it again once there is room. |

## As a file

\`\`\`yaml title="courier.yml"
relay: smtp.example.org
port: 2525
retry-for: 3d # then it is a dead letter
\`\`\``,
    citations: [cited('src/options.ts', 1, 80)],
  },
  {
    ...{ group: 'Reference', slug: 'protocol', title: 'The protocol', description: '' },
    markdown:
      '# The protocol\n\nApplications speak SMTP to Courier, with three extensions for ids, states and delayed delivery.',
    citations: [],
  },
]

/** A site as readers get it: for screenshots, and to be measured. */
export const COURIER_PAGES: Page[] = written.map(({ group, ...page }) => page)

export const COURIER_CONTEXT: SiteContext = {
  plan: {
    project_name: 'Courier',
    tagline: 'A small mail queue that keeps every message until it is delivered',
    navigation: [...Map.groupBy(written, ({ group }) => group)].map(([group, pages]) => ({
      group,
      pages: pages.map(({ slug, title, description }) => ({ slug, title, description })),
    })),
  },
  browseUrl: 'https://github.com/acme/courier',
  commit: '0123456789abcdef0123456789abcdef01234567',
  ref: 'main',
  generatedAt: '2025-05-01T12:00:00.000Z',
  writtenBy: 'claude / claude-opus-4-6[1m]',
}

/** What the site before it published: one page said something else, one was not there yet, and one is gone. */
export async function courierFormer(): Promise<FormerSite> {
  const commit = 'fedcba9876543210fedcba9876543210fedcba98'
  const pages = COURIER_PAGES.filter(({ slug }) => slug !== 'operations').map((page) => ({
    ...page,
    markdown: page.markdown.replace('After three days a message', 'After one day a message'),
  }))
  const files = await renderSite(pages, { ...COURIER_CONTEXT, commit })
  const published = (slug: string) => String(files.find(({ path }) => path === `${slug}.md`)?.body)
  return {
    ...{ commit, publishedAt: '2025-04-01T09:30:00.000Z' },
    pages: [
      ...pages.map(({ slug, title }) => ({ slug, title, markdown: published(slug) })),
      { slug: 'upgrade', title: 'Upgrade from 1.x', markdown: '# Upgrade from 1.x' },
    ],
  }
}

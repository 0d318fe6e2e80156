import { DIAGRAMS } from '../unit/runner/site/diagrams/samples.ts'

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
  diagrams: [
    '# Diagrams',
    ...Object.values(DIAGRAMS).map(({ source }) => `\`\`\`mermaid\n${source}\n\`\`\``),
    '```mermaid\ngantt\n  title Not drawn\n```',
  ].join('\n\n'),
}

import type { Provider } from '../../shared/variant.ts'

/** What each CLI prints for an answer in these texts, with a tool call between each two. */
export const printed: Record<Provider, (texts: readonly string[]) => object[]> = {
  claude: (texts) => [
    { type: 'system', subtype: 'init', tools: ['Read'], mcp_servers: [] },
    ...texts.flatMap((text, index) => [
      ...(index > 0 ? [{ type: 'user', message: { content: [{ type: 'tool_result', tool_use_id: 't' }] } }] : []),
      { type: 'assistant', message: { content: [...said(text), ...(index < texts.length - 1 ? [toolUse] : [])] } },
    ]),
    { type: 'result', subtype: 'success', is_error: false, result: texts.at(-1), total_cost_usd: 0.25, modelUsage: {} },
  ],
  gemini: (texts) => [
    { type: 'init', session_id: '0' },
    ...texts.flatMap((content, index) => [
      ...(index > 0 ? [{ type: 'tool_use' }, { type: 'tool_result' }] : []),
      ...(content.match(/[\s\S]{1,7}/g) ?? []).map((part) => ({ type: 'message', role: 'assistant', content: part })),
    ]),
    { type: 'result', status: 'success', stats: { models: { m: {} } } },
  ],
  cursor: (texts) => [{ type: 'result', subtype: 'success', is_error: false, result: texts.at(-1) }],
}

const said = (text: string) => (text ? [{ type: 'text', text }] : [])

const toolUse = { type: 'tool_use', id: 't', name: 'Read', input: { file_path: 'README.md' } }

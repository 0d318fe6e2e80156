/** The API as the commands of this folder use it: over HTTP, with the admin's key, like anybody else. */
export interface ApiClient {
  /** @throws Error with the API's `detail` for a status that is not 2xx */
  json<Reply>(path: string, body?: object): Promise<Reply>
  file(path: string): Promise<Response>
}

export function apiClient(url: string, adminKey: string): ApiClient {
  const ask = async (path: string, body?: object) =>
    await fetch(new URL(path, url), {
      redirect: 'manual',
      headers: { Authorization: `Bearer ${adminKey}` },
      ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
    })
  return {
    file: ask,
    async json<Reply>(path: string, body?: object) {
      const response = await ask(path, body)
      const reply = (await response.json()) as Reply & { detail?: unknown }
      if (!response.ok) throw new Error(describe(reply.detail))
      return reply
    },
  }
}

const describe = (detail: unknown): string =>
  Array.isArray(detail)
    ? detail.map(({ loc, msg }) => `${loc.slice(1).join('.') || 'request'}: ${msg}`).join('\n')
    : String(detail)

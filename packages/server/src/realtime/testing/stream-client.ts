// A client that is connected by the answer of a request, and reads that answer by hand.
import type { TestContext } from 'node:test'
import type { ListeningGateway } from './given-gateway.ts'

/** What a stream client asks. */
export interface StreamAsk {
  readonly path: string
  readonly method?: 'GET' | 'POST'
  readonly body?: string | Uint8Array
  readonly headers?: Readonly<Record<string, string>>
}

/** An answer that lasts. */
export interface StreamClient {
  readonly status: number
  readonly headers: Headers
  /** The next bytes as they come; empty: the answer has ended. Rejects when it was cut off. */
  next(): Promise<Uint8Array>
  /** The next document of a text stream; null: the answer has ended. */
  nextJson(): Promise<unknown>
  /** Goes away without a word. */
  leave(): void
}

/** Asks; the client leaves with the test. */
export async function streamClient(t: TestContext, gateway: ListeningGateway, ask: StreamAsk): Promise<StreamClient> {
  const { path, method = 'POST', body, headers = {} } = ask
  const leaving = new AbortController()
  t.after(() => leaving.abort())
  const asked = { method, signal: leaving.signal, headers: { 'content-type': 'application/json', ...headers } }
  const response = await fetch(new URL(path, gateway.httpUrl), body === undefined ? asked : { ...asked, body })
  const reader = response.body?.getReader()
  const text = new TextDecoder()
  let seen = ''
  const next = async (): Promise<Uint8Array> => (await reader?.read())?.value ?? new Uint8Array()
  const nextLine = async (): Promise<string | null> => {
    while (!seen.includes('\n')) {
      const bytes = await next()
      if (bytes.length === 0) return null
      seen += text.decode(bytes, { stream: true })
    }
    const end = seen.indexOf('\n')
    const line = seen.slice(0, end).trim()
    seen = seen.slice(end + 1)
    return line === '' ? nextLine() : line
  }
  return {
    status: response.status,
    headers: response.headers,
    next,
    // An event is `data: …` and an empty line, a line of a plain stream is the document itself.
    nextJson: async () => JSON.parse(((await nextLine()) ?? 'null').replace(/^data: /, '')),
    leave: () => leaving.abort(),
  }
}

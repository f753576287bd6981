// Calls a running server as tools do, and turns its refusals into sentences.
import { UNSPOILT_HEADER } from './dev-project.ts'

/** Where the server is and with what key to call it. */
export interface ServerAddress {
  readonly url: string
  /** Basic credentials `id:key`, or null for calls that need none. */
  readonly credentials: string | null
  /** Bearer token; goes before `credentials`. */
  readonly token?: string
  /** How long to wait for an answer; default CALL_TIMEOUT_MS. */
  readonly timeoutMs?: number
}

/** A refusal of the server or a server that does not answer; the message is for people. */
export class CallFailed extends Error {
  override readonly name = 'CallFailed'
  /** The refusal's HTTP status; null: there was no answer of ours. */
  readonly status: number | null

  constructor(message: string, options: ErrorOptions & { readonly status?: number } = {}) {
    super(message, options)
    this.status = options.status ?? null
  }
}

/** Time after which a server that says nothing counts as away. */
const CALL_TIMEOUT_MS = 10_000

/**
 * Sends one request and gives its JSON answer; undefined for an empty body.
 *
 * @param body text is sent as it is, anything else as JSON
 *
 * @throws {CallFailed} when the server is away, refuses, or is none of ours
 */
export async function callServer(
  address: ServerAddress,
  method: string,
  path: string,
  body?: unknown,
): Promise<unknown> {
  const url = new URL(path, address.url)
  const response = await fetch(url, {
    method,
    headers: headersOf(address, body !== undefined),
    signal: AbortSignal.timeout(address.timeoutMs ?? CALL_TIMEOUT_MS),
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  }).catch((cause: unknown) => {
    throw new CallFailed(`No answer from ${url.origin}. Is the server running? Start it with: ordertrail dev`, {
      cause,
    })
  })
  const text = await response.text()
  if (!response.ok) {
    const { status } = response
    throw new CallFailed(`${method} ${url.pathname} was refused with ${status}: ${reasonOf(text)}`, { status })
  }
  return text === '' ? undefined : parsed(text, url)
}

/** Some other program may listen there. */
function parsed(text: string, url: URL): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new CallFailed(`${url.href} did not answer with JSON. Does OrderTrail listen at ${url.origin}?`, { cause })
  }
}

function headersOf(address: ServerAddress, hasBody: boolean): Record<string, string> {
  const headers: Record<string, string> = { [UNSPOILT_HEADER]: '1' }
  if (hasBody) headers['content-type'] = 'application/json'
  if (address.token !== undefined) headers.authorization = `Bearer ${address.token}`
  else if (address.credentials !== null) {
    headers.authorization = `Basic ${Buffer.from(address.credentials).toString('base64')}`
  }
  return headers
}

/** The sentence of an error body in either of the server's shapes, or the body itself. */
function reasonOf(text: string): string {
  try {
    const body = JSON.parse(text) as {
      readonly detail?: unknown
      readonly errorMessage?: unknown
      readonly title?: unknown
    }
    return String(body.detail ?? body.errorMessage ?? body.title ?? text)
  } catch {
    return text === '' ? 'no reason given' : text.slice(0, 500)
  }
}

// Calls to the server under test, over the wire and without patience; what no client may ever be answered is remembered.
import { setTimeout as delay } from 'node:timers/promises'

/** One call. `credentials`: of Basic auth, `token`: of Bearer. */
export interface ChaosCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH'
  readonly path: string
  readonly credentials?: string
  readonly token?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** An answer; `body` is null where it is no JSON. */
export interface ChaosAnswer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>> | null
}

/** Calls through one wire. */
export interface ChaosCalls {
  /** Null: no answer, so it is unknown whether it took effect. */
  once(call: ChaosCall): Promise<ChaosAnswer | null>
  /** Asks again and again until there is an answer below 500 or `isOver`; then null. */
  untilAnswered(call: ChaosCall, isOver: () => boolean): Promise<ChaosAnswer | null>
  readonly figures: { calls: number; unanswered: number; unavailable: number }
  /** Answers that are faults of the server whatever happens around it. */
  readonly faults: readonly string[]
}

const CALL_MS_MAX = 4_000
const RETRY_MS = 150
/** Store and listeners away, ids used up: anything else from 500 on is a bug. */
const HONEST = new Set([502, 503, 504, 507])

/** Makes them; `url` is where the wire begins. */
export function makeCalls(url: string): ChaosCalls {
  const figures = { calls: 0, unanswered: 0, unavailable: 0 }
  const faults: string[] = []
  const once = async (call: ChaosCall): Promise<ChaosAnswer | null> => {
    figures.calls += 1
    const heard = await ask(url, call).catch(() => null)
    // Whoever hears 408 sent less than they think, over a wire that loses.
    const answer = heard?.status === 408 ? null : heard
    if (answer === null) figures.unanswered += 1
    else if (answer.status >= 500) {
      figures.unavailable += 1
      const sentence = `${call.method} ${call.path} was answered with ${answer.status}: ${JSON.stringify(answer.body)}`
      if (!HONEST.has(answer.status)) faults.push(sentence)
    }
    return answer
  }
  const untilAnswered = async (call: ChaosCall, isOver: () => boolean): Promise<ChaosAnswer | null> => {
    for (;;) {
      const answer = await once(call)
      if (answer !== null && answer.status < 500) return answer
      if (isOver()) return null
      await delay(RETRY_MS)
    }
  }
  return { once, untilAnswered, figures, faults }
}

async function ask(url: string, { method, path, body, ...how }: ChaosCall): Promise<ChaosAnswer> {
  const response = await fetch(new URL(path, url), {
    method,
    headers: headersOf(how, body !== undefined),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(CALL_MS_MAX),
  })
  return { status: response.status, body: jsonOf(await response.text()) }
}

function headersOf(
  { credentials, token, headers = {} }: Pick<ChaosCall, 'credentials' | 'token' | 'headers'>,
  hasBody: boolean,
): Record<string, string> {
  return {
    ...(hasBody ? { 'content-type': 'application/json' } : {}),
    ...(credentials === undefined ? {} : { authorization: `Basic ${btoa(credentials)}` }),
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...headers,
  }
}

function jsonOf(text: string): ChaosAnswer['body'] {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

// One look at an order: Get order, and what its answer means.
import type { TrackEndpoints } from './endpoints.ts'
import type { TrackingFailureCode } from './failure.ts'
import type { Order, OrderContent } from './outcome.ts'
import type { RequestLike, ResponseLike, Runtime } from './runtime.ts'
import type { TokenSource } from './token-source.ts'

/** What every request needs. */
export interface RequestDeps {
  readonly runtime: Runtime
  readonly tokens: TokenSource
  readonly endpoints: TrackEndpoints
  readonly projectId: number
}

/** What an answer means. `unheard`: try again, not before `retryAfterMs`; `failed`: never. */
export type Look =
  | { readonly kind: 'order'; readonly order: Order }
  | { readonly kind: 'unheard'; readonly cause: unknown; readonly retryAfterMs: number }
  | { readonly kind: 'failed'; readonly code: TrackingFailureCode; readonly cause: unknown }

/** What was answered instead of an order; `body` as it came, parsed where it is JSON. */
export interface StoreAnswer {
  readonly status: number
  readonly body: unknown
}

/** Asks once, and once more with a new token where the first one is refused. Never throws. */
export async function lookAtOrder(deps: RequestDeps, orderId: number, timeoutMs: number): Promise<Look> {
  let cause: unknown
  let retryAfterMs = 0
  try {
    const url = `${deps.endpoints.store}/v2/project/${deps.projectId}/order/${orderId}`
    // Not given up earlier: a request that is broken off takes its connection with it.
    const response = await askWithToken(deps, url, { signal: AbortSignal.timeout(timeoutMs) })
    const { status } = response
    // A body that is no JSON comes from something in between: a proxy, the sign-in page of a network.
    const body = (await response.json().catch(() => null)) as { status?: unknown; content?: unknown } | null
    if (status === 200 && typeof body?.status === 'string') {
      return { kind: 'order', order: { orderId, status: body.status, content: body.content as OrderContent } }
    }
    cause = { status, body } satisfies StoreAnswer
    const code = failureOf(status)
    if (code) return { kind: 'failed', code, cause }
    retryAfterMs = waitOf(response.headers.get('retry-after') ?? '')
  } catch (error) {
    cause = error
  }
  return { kind: 'unheard', cause, retryAfterMs }
}

/**
 * A request with the player's token; a refused token is replaced and the request repeated once.
 *
 * @throws what fetch and the game's token function throw
 */
export async function askWithToken(
  { runtime, tokens }: RequestDeps,
  url: string,
  init: RequestLike,
): Promise<ResponseLike> {
  for (let isLast = false; ; isLast = true) {
    const token = await tokens.get()
    const response = await runtime.fetch(url, {
      ...init,
      headers: { ...init.headers, authorization: `Bearer ${token}` },
    })
    if (response.status !== 401 || !tokens.refuse(token) || isLast) return response
  }
}

/** Undefined: another try may be answered otherwise. */
function failureOf(status: number): TrackingFailureCode | undefined {
  if (status === 401) return 'unauthorized'
  if (status === 404) return 'order_not_found'
  return status >= 400 && status < 500 && ![408, 425, 429].includes(status) ? 'refused' : undefined
}

/** How long the store wants to be left alone; its header holds seconds or a date. */
function waitOf(retryAfter: string): number {
  return Math.max(0, Number(retryAfter) * 1000 || Date.parse(retryAfter) - Date.now() || 0)
}

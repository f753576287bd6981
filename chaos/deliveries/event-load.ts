// Orders that are placed, paid and partly refunded through the public API; every fact is told until it is confirmed.
import { randomUUID } from 'node:crypto'
import { DEV_PROJECT } from '@ordertrail/server'
import { CallFailed, devSession } from 'ordertrail'

/** What the server has confirmed; each of these owes its webhooks. */
export interface Confirmed {
  readonly paid: Set<number>
  readonly refunded: Set<number>
}

/** What the load needs. `urls`: servers that may be alive now; `isTold`: whether the game accepted the order's order_paid. */
export interface EventLoadDeps {
  readonly urls: () => readonly string[]
  readonly isTold: (orderId: number) => boolean
  readonly random: () => number
}

/** A running load. */
export interface EventLoad {
  readonly confirmed: Confirmed
  /** Webhooks that are owed by what was confirmed: two for each payment and two for each refund. Throws what a caller was refused. */
  owed(): number
  /** Ends the callers after what they are doing. */
  stop(): Promise<void>
}

const SKU = 'gold_100'
const AMOUNT = 199
const REFUND_SHARE = 0.25
const RETRY_MS = 50
const CALL_MS_MAX = 3_000

interface Load extends EventLoadDeps {
  readonly confirmed: Confirmed
  readonly refundable: number[]
  isStopped: boolean
  refusal: unknown
}

/** Starts `callers` callers. */
export function startEventLoad(deps: EventLoadDeps, callers: number): EventLoad {
  const load: Load = {
    ...deps,
    confirmed: { paid: new Set(), refunded: new Set() },
    refundable: [],
    isStopped: false,
    refusal: null,
  }
  const runs = Array.from({ length: callers }, () =>
    sellOn(load).catch((error: unknown) => {
      load.refusal ??= error
      load.isStopped = true
    }),
  )
  return {
    confirmed: load.confirmed,
    owed: () => {
      if (load.refusal !== null) throw load.refusal
      return 2 * (load.confirmed.paid.size + load.confirmed.refunded.size)
    },
    stop: async () => {
      load.isStopped = true
      await Promise.all(runs)
    },
  }
}

async function sellOn(load: Load): Promise<void> {
  const userId = `load-${randomUUID()}`
  while (!load.isStopped) {
    const placed = await untilDone(load, async (url) => {
      const session = devSession(url)
      return session.placeOrder(await session.userToken(userId), SKU)
    })
    if (placed === null) return
    const { orderId } = placed
    if ((await tell(load, orderId, 'payment.succeeded')) && load.confirmed.paid.add(orderId))
      load.refundable.push(orderId)
    if (load.random() < REFUND_SHARE) await refundOne(load)
  }
}

/** Gives back an order whose game was told of it, so that all webhooks of the refund are owed. */
async function refundOne(load: Load): Promise<void> {
  const index = load.refundable.findIndex(load.isTold)
  if (index < 0) return
  const [orderId] = load.refundable.splice(index, 1)
  if (orderId !== undefined && (await tell(load, orderId, 'refund.succeeded'))) load.confirmed.refunded.add(orderId)
}

/** Tells one fact, again and again with the same id until it is confirmed; false: the load was stopped before. */
async function tell(load: Load, orderId: number, type: 'payment.succeeded' | 'refund.succeeded'): Promise<boolean> {
  const kind = type.split('.')[0]
  const fact = {
    type,
    event_id: `${kind}-${orderId}`,
    order: { id: orderId },
    amount: { value: AMOUNT, currency: 'USD' },
    provider: 'chaos',
    provider_reference: `${kind}-${orderId}`,
    occurred_at: new Date().toISOString(),
    sandbox: true,
  }
  const confirmed = await untilDone(load, (url) => post(url, fact))
  return confirmed !== null
}

async function post(url: string, fact: object): Promise<true> {
  const { projectId, apiKey } = DEV_PROJECT
  const response = await fetch(new URL(`/v1/projects/${projectId}/payment-events`, url), {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Basic ${btoa(`${projectId}:${apiKey}`)}`,
      // New with each try: what makes a repeat safe is the id of the event.
      'idempotency-key': randomUUID(),
    },
    body: JSON.stringify(fact),
    signal: AbortSignal.timeout(CALL_MS_MAX),
  })
  const text = await response.text()
  if (!response.ok) throw new CallRefused(response.status, text)
  return true
}

class CallRefused extends Error {
  readonly status: number

  constructor(status: number, text: string) {
    super(`The fact was refused with ${status}: ${text}`)
    this.status = status
  }
}

/** A server that is away or going down answers 5xx or nothing; any other refusal is a fault of this load. */
function isRefusal(error: unknown): boolean {
  const status = error instanceof CallRefused || error instanceof CallFailed ? error.status : null
  return status !== null && status < 500
}

/** Tries on a server that may be alive, until it works or the load is stopped. */
async function untilDone<Value>(load: Load, act: (url: string) => Promise<Value>): Promise<Value | null> {
  for (;;) {
    const urls = load.urls()
    const url = urls[Math.floor(load.random() * urls.length)]
    try {
      if (url !== undefined) return await act(url)
    } catch (error) {
      // Killed in the middle of the call, for instance: its outcome is unknown, and the same is asked again.
      if (isRefusal(error)) throw error
    }
    if (load.isStopped) return null
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
  }
}

// A process that pays orders at a fixed pace over HTTP, whether or not the server keeps up.
import { Agent, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { wallMs } from '../frame/wall-clock.ts'
import { API_KEY, MERCHANT_ID, paymentOf, type SeededOrder } from './seed.ts'

/** What the process is started with. */
export interface LoadInput {
  readonly url: string
  readonly perSecond: number
}

/** Orders to pay; answered with a LoadReport when all are answered. */
export type LoadMessage = readonly SeededOrder[]

/** `failed` answers were anything but 201. `behindMs`: how late the last order was sent; much means that the load was lighter. */
export interface LoadReport {
  readonly failed: number
  readonly behindMs: number
  /** Of each order: when its payment was to be sent and when it was, in wall milliseconds, and how long its answer took. */
  readonly dueAtMs: readonly number[]
  readonly sentAtMs: readonly number[]
  readonly tookMs: readonly number[]
}

const CONNECTIONS_MAX = 64
const AUTHORIZATION = `Basic ${Buffer.from(`${MERCHANT_ID}:${API_KEY}`).toString('base64')}`

const input = JSON.parse(process.argv[2] ?? '{}') as LoadInput
const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS_MAX })

async function payAll(orders: LoadMessage): Promise<LoadReport> {
  const startedAt = performance.now()
  const dueAtMs = orders.map((_, index) => performance.timeOrigin + startedAt + (index * 1_000) / input.perSecond)
  const answers: Promise<Answer>[] = []
  const sentAtMs: number[] = []
  for (const [index, order] of orders.entries()) {
    const dueAt = startedAt + (index * 1_000) / input.perSecond
    for (let aheadMs = dueAt - performance.now(); aheadMs > 0; aheadMs = dueAt - performance.now()) await sleep(aheadMs)
    sentAtMs.push(wallMs())
    answers.push(timed(pay(order)))
  }
  const behindMs = performance.now() - startedAt - (orders.length * 1_000) / input.perSecond
  const answered = await Promise.all(answers)
  return {
    failed: answered.filter(({ status }) => status !== 201).length,
    behindMs: Math.max(0, behindMs),
    dueAtMs,
    sentAtMs,
    tookMs: answered.map(({ tookMs }) => tookMs),
  }
}

interface Answer {
  readonly status: number
  readonly tookMs: number
}

async function timed(answer: Promise<number>): Promise<Answer> {
  const sentAt = performance.now()
  return { status: await answer, tookMs: performance.now() - sentAt }
}

function pay(order: SeededOrder): Promise<number> {
  const { eventId, amount, currency, provider, providerReference, type } = paymentOf(order)
  const body = JSON.stringify({
    type,
    event_id: eventId,
    order: { id: order.orderId },
    amount: { value: amount, currency },
    provider,
    provider_reference: providerReference,
    occurred_at: new Date().toISOString(),
  })
  return post(`${input.url}/v1/projects/${order.projectId}/payment-events`, body, eventId)
}

/** Status of the answer; 0 where there was none. */
function post(url: string, body: string, key: string): Promise<number> {
  const headers = {
    authorization: AUTHORIZATION,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'idempotency-key': key,
  }
  return new Promise((resolve) => {
    const sent = request(url, { method: 'POST', agent, headers }, (answer) => {
      answer.resume()
      answer.once('end', () => resolve(answer.statusCode ?? 0))
    })
    sent.once('error', () => resolve(0))
    sent.end(body)
  })
}

process.on('message', async (orders: LoadMessage) => process.send?.(await payAll(orders)))
process.on('disconnect', () => process.exit())
process.send?.('ready')

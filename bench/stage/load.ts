// A process that pays orders at a fixed pace over HTTP, whether or not the server keeps up.

import { Agent, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { readInput } from '../frame/child-input.ts'
import { wallMs } from '../frame/wall-clock.ts'
import { type PaymentRequest, paymentRequest } from './payment-request.ts'
import type { SeededOrder } from './seed.ts'

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

const input = readInput<LoadInput>()
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
    answers.push(timed(post(paymentRequest(order))))
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

/** Status of the answer; 0 where there was none. */
function post({ path, headers, body }: PaymentRequest): Promise<number> {
  const options = { method: 'POST', agent, headers: { ...headers, 'content-length': Buffer.byteLength(body) } }
  return new Promise((resolve) => {
    const sent = request(`${input.url}${path}`, options, (answer) => {
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

// A process of players who ask Get order every three seconds until their order is done.

import { Agent, request } from 'node:http'
import { readInput } from '../frame/child-input.ts'
import { wallMs } from '../frame/wall-clock.ts'
import type { SeededOrder } from '../stage/seed.ts'
import { userToken } from '../stage/user-token.ts'

/** Whose orders: the first is of player-0, and so on in turns. */
export interface PollerInput {
  readonly url: string
  readonly players: number
  readonly orders: readonly SeededOrder[]
}

/** `done`: how many orders have been seen done. `take`: PollerSightings. */
export type PollerQuestion = 'done' | 'take'

/** By the place of the order; wall milliseconds of the answer. Infinity: not yet. */
export interface PollerSightings {
  readonly paidAtMs: readonly number[]
  readonly doneAtMs: readonly number[]
}

const EVERY_MS = 3_000
/** A player keeps one connection; so many that none waits for another's answer. */
const CONNECTIONS_MAX = 256

const input = readInput<PollerInput>()
const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS_MAX })
const paidAtMs: number[] = input.orders.map(() => Infinity)
const doneAtMs: number[] = input.orders.map(() => Infinity)
let done = 0

function statusOf({ projectId, orderId }: SeededOrder, authorization: string): Promise<string> {
  const url = `${input.url}/api/v2/project/${projectId}/order/${orderId}`
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent, headers: { authorization } }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk) => chunks.push(chunk))
      answer.once('end', () => {
        const body = Buffer.concat(chunks).toString()
        if (answer.statusCode === 200) resolve((JSON.parse(body) as { readonly status: string }).status)
        else reject(new Error(`Get order answered ${answer.statusCode}: ${body}`))
      })
    })
    sent.once('error', reject)
    sent.end()
  })
}

/** Asks at a pace of its own: a late answer does not put the next question off. */
function follow(order: SeededOrder, index: number): void {
  const authorization = `Bearer ${userToken(`player-${index % input.players}`)}`
  const ask = async (): Promise<void> => {
    const status = await statusOf(order, authorization)
    if (status !== 'new') paidAtMs[index] = Math.min(paidAtMs[index] ?? Infinity, wallMs())
    if (status !== 'done' || doneAtMs[index] !== Infinity) return
    doneAtMs[index] = wallMs()
    done += 1
    clearInterval(timer)
  }
  const timer = setInterval(ask, EVERY_MS)
}

/** Spread evenly over the interval, in an order that has nothing to do with that of the payments. */
const STRIDE = 7_919
for (const [index, order] of input.orders.entries()) {
  const share = ((index * STRIDE) % input.orders.length) / input.orders.length
  setTimeout(follow, share * EVERY_MS, order, index)
}

process.on('message', (question: PollerQuestion) => {
  process.send?.(question === 'done' ? done : ({ paidAtMs, doneAtMs } satisfies PollerSightings))
})
process.on('disconnect', () => process.exit())
process.send?.('ready')

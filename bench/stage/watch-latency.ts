// Orders paid at a fixed pace, and how long after its commit each one's webhook reached the receiver.
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Child, startChild } from '../frame/child.ts'
import { type Place, withStore } from './databases.ts'
import type { LoadInput, LoadMessage, LoadReport } from './load.ts'
import type { Arrivals, ReceiverQuestion } from './receiver.ts'
import type { SeededOrder } from './seed.ts'
import { startServer } from './server.ts'

/** What is watched. `answered`: webhooks that must come, all but those of listeners that never answer. */
export interface LatencyPlan {
  readonly place: Place
  readonly folder: string
  readonly receiver: Child<ReceiverQuestion>
  readonly orders: readonly SeededOrder[]
  readonly perSecond: number
  readonly answered: number
  readonly isCounted: (order: SeededOrder) => boolean
}

/** Milliseconds from commit to first byte of each counted order; those that warm things up are left out. */
export interface Latencies {
  readonly ms: readonly number[]
  readonly load: LoadReport
}

const LOAD = join(import.meta.dirname, 'load.ts')
/** Part of the orders that only warm things up. */
const WARM_UP_SHARE = 0.25
const POLL_MS = 50
const PATIENCE_MS = 20_000

/** Pays all orders and waits until the webhooks of those that count have come. */
export async function watchLatency(plan: LatencyPlan): Promise<Latencies> {
  const { place, folder, receiver, orders, perSecond } = plan
  const server = startServer(place, folder)
  const input: LoadInput = { url: await server.url(), perSecond }
  const load = await startChild<LoadMessage, string>(LOAD, input)
  const report = await load.ask<LoadReport>(orders)
  const counted = orders.slice(Math.floor(orders.length * WARM_UP_SHARE)).filter(plan.isCounted)
  const arrivals = await untilAllCame(receiver, plan.answered)
  await load.stop()
  // In order it would wait for those who never answer.
  await server.kill()
  return { ms: await latenciesOf(place, counted, arrivals), load: report }
}

async function untilAllCame(receiver: Child<ReceiverQuestion>, expected: number): Promise<Arrivals> {
  for (let waitedMs = 0; waitedMs < PATIENCE_MS; waitedMs += POLL_MS) {
    if ((await receiver.ask<number>('count')) >= expected) break
    await sleep(POLL_MS)
  }
  return receiver.ask<Arrivals>('take')
}

/** A delivery is made in the transaction that pays its order; its time is that transaction's beginning, so this counts the commit too. */
async function latenciesOf(
  place: Place,
  orders: readonly SeededOrder[],
  arrivals: Arrivals,
): Promise<readonly number[]> {
  const rows = await withStore(place, (store) =>
    store.read.selectFrom('deliveries').select(['project_id', 'order_id', 'notification_id', 'created_at']).execute(),
  )
  const rowOf = new Map(rows.map((row) => [`${row.project_id}:${row.order_id}`, row]))
  const cameAt = new Map(arrivals.messages.map((message, index) => [message, arrivals.at[index] ?? Number.NaN]))
  return orders.map(({ projectId, orderId }) => {
    const row = rowOf.get(`${projectId}:${orderId}`)
    const came = row === undefined ? undefined : cameAt.get(row.notification_id)
    // What never came is the worst there is.
    return row === undefined || came === undefined ? Number.POSITIVE_INFINITY : came - row.created_at
  })
}

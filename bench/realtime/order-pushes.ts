// Statuses of paid orders from their commit to the clients of their players, at the real server.
import { setTimeout as sleep } from 'node:timers/promises'
import { type Place, withStore } from '../stage/databases.ts'
import { projectIds, type SeededOrder } from '../stage/seed.ts'
import { commitKey } from './commit-times.ts'
import type { Swarms } from './start-swarms.ts'
import type { SwarmArrivals } from './swarm.ts'

/** One paid order and what became of its status, in wall milliseconds. */
export interface OrderPush {
  readonly order: SeededOrder
  /** Beginning of the transaction that published it. */
  readonly begunAtMs: number
  /** Null: nobody noted it. */
  readonly committedAtMs: number | null
  /** Null: never. */
  readonly cameAtMs: number | null
}

const POLL_MS = 50
const PATIENCE_MS = 20_000

/** Takes what the swarms were told when `count` statuses have come, or when that does not happen any more. */
export async function takeArrivals(swarms: Swarms, count: number): Promise<SwarmArrivals> {
  for (let waitedMs = 0; waitedMs < PATIENCE_MS; waitedMs += POLL_MS) {
    if ((await swarms.state()).received >= count) break
    await sleep(POLL_MS)
  }
  return swarms.take()
}

/** Brings rows, `commits` and arrivals of `orders` together, in their order. The place must not be open elsewhere. */
export async function orderPushes(
  place: Place,
  projects: number,
  orders: readonly SeededOrder[],
  arrivals: SwarmArrivals,
  commits: ReadonlyMap<string, number> = new Map(),
): Promise<readonly OrderPush[]> {
  const ids = projectIds(projects)
  const cameAt = new Map<string, number>()
  for (const [index, player] of arrivals.players.entries()) {
    const projectId = ids[player % projects] ?? 0
    cameAt.set(keyOf(projectId, arrivals.numbers[index] ?? 0), arrivals.atMs[index] ?? 0)
  }
  const statuses = await newestStatuses(place)
  return orders.map((order) => {
    const key = keyOf(order.projectId, order.orderId)
    const status = statuses.get(key)
    return {
      order,
      begunAtMs: status?.begunAtMs ?? Number.NaN,
      committedAtMs: commits.get(status?.commitKey ?? '') ?? null,
      cameAtMs: cameAt.get(key) ?? null,
    }
  })
}

interface Status {
  readonly begunAtMs: number
  readonly commitKey: string
}

/** By order. */
async function newestStatuses(place: Place): Promise<ReadonlyMap<string, Status>> {
  const rows = await withStore(place, ({ read }) =>
    read
      .selectFrom('publications')
      .select(['project_id', 'channel', 'stream_offset', 'order_id', 'created_at'])
      .orderBy('stream_offset')
      .execute(),
  )
  return new Map(
    rows.map((row) => [
      keyOf(row.project_id, row.order_id),
      { begunAtMs: row.created_at, commitKey: commitKey(row.channel, row.stream_offset) },
    ]),
  )
}

const keyOf = (projectId: number, orderId: number): string => `${projectId}:${orderId}`

/** Milliseconds from `since` to the client of each push; what never came is the worst there is. */
export function latenciesOf(
  pushes: readonly OrderPush[],
  since: (push: OrderPush) => number = ({ begunAtMs }) => begunAtMs,
): readonly number[] {
  return pushes.map((push) => (push.cameAtMs === null ? Number.POSITIVE_INFINITY : push.cameAtMs - since(push)))
}

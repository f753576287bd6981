// Waits until nothing is owed to anybody any more, within a bound.
import { setTimeout as delay } from 'node:timers/promises'
import type { MixedRun } from './run-mixed.ts'
import { orderKeyOf } from './sale.ts'

const REST_MS_MAX = 240_000
const LOOK_MS = 1_000
const REPORT_MS = 15_000

/** Gives what did not come to rest, in words; nothing: all of it did. */
export async function awaitRest(run: MixedRun): Promise<readonly string[]> {
  const { place, report } = run.options
  // Where a clock was ahead, the store holds times that the right clock only reaches minutes later.
  for (const node of place.nodes) node.setClock(place.clockMs())
  const startedAt = performance.now()
  for (let reportedAt = startedAt; ; await delay(LOOK_MS)) {
    const open = await openThings(run)
    const now = performance.now()
    if (open.length === 0) {
      report(`at rest after ${((now - startedAt) / 1_000).toFixed(1)} s`)
      return []
    }
    if (now - startedAt > REST_MS_MAX)
      return open.map((thing) => `not at rest after ${REST_MS_MAX / 1_000} s: ${thing}`)
    if (now - reportedAt < REPORT_MS) continue
    reportedAt = now
    report(`waiting for rest: ${open.slice(0, 6).join(', ')}`)
  }
}

async function openThings(run: MixedRun): Promise<readonly string[]> {
  const { reader } = run.options.place
  const deliveries = await reader.rows(`select state, count(*) as count from deliveries
    where state in ('due', 'claimed', 'blocked', 'paused') group by state`)
  // Nobody makes refunds of a provider that is not connected: it tells of them itself.
  const refunds = await reader.rows(`select count(*) as count from refunds r join payments p
    on p.project_id = r.project_id and p.id = r.payment_id
    where r.state in ('requested', 'pending') and p.provider = 'sandbox'`)
  const events = await reader.rows('select count(*) as count from events_state where processed_at is null')
  const channels = await reader.rows('select project_id, party_id, last_offset from channels')
  const tops = new Map(channels.map((row) => [`${row.project_id}:${row.party_id}`, Number(row.last_offset)]))
  const behind = [...run.followers.watchers].filter(
    ([{ shop, userId }, { position }]) => position !== (tops.get(`${shop.projectId}:${userId}`) ?? 0),
  )
  // A tracker behind a dead wire learns of the end when it misses the server's ping.
  const ended = await reader.rows(`select project_id, id from orders where status in ('done', 'canceled')`)
  const ends = new Set(ended.map(({ project_id, id }) => orderKeyOf(Number(project_id), Number(id))))
  const unheard = [...run.followers.tracked].filter(([key, { outcome }]) => outcome === null && ends.has(key))
  return [
    ...deliveries.map(({ state, count }) => `${count} webhooks ${state}`),
    ...some(Number(refunds[0]?.count), 'refunds under way'),
    ...some(Number(events[0]?.count), 'events that nobody marked'),
    ...some(behind.length, 'watching clients behind'),
    ...some(unheard.length, 'trackings whose end is not heard'),
  ]
}

function some(count: number, what: string): readonly string[] {
  return count > 0 ? [`${count} ${what}`] : []
}

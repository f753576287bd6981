// Orders that were paid and are not done in time: each is told to people once, whatever restarts in between.
import { type Kysely, sql } from 'kysely'
import type { Logger } from '../platform/logger.ts'
import { polledWork } from '../platform/polled-work.ts'
import type { Service } from '../platform/service.ts'
import {
  type Command,
  type GroupHandler,
  oneByOne,
  type Row,
  rareCommand,
  type Store,
  type Tables,
  type Tx,
  updateRows,
} from '../platform/store/index.ts'
import type { TimedWork } from '../platform/timed-work.ts'
import { lockOrders } from './lock-orders.ts'

/** How long a paid order may take to be done before people are told. */
export const DONE_WITHIN_MS: number = 5 * 60_000

/** Overdue orders that one transaction tells of. */
export const OVERDUE_BATCH_MAX = 200

/** How often it looks; a minute or so of delay would not matter to people either. */
const POLL_MS = 1_000

/** Tells of one batch of overdue orders; gives how many were looked at. */
export const tellOverdueOrders: Command<null, number> = rareCommand('orders.tell-overdue')

/**
 * The handler of `tellOverdueOrders`.
 *
 * The time is taken off the order in the transaction that tells of it, so neither a restart nor another node tells again.
 */
export const handleTellOverdue: GroupHandler<null, number> = oneByOne(async (tx) => {
  const due = await waitingOrders(tx.db)
    .where('overdue_at', '<=', tx.now)
    .select(['project_id as projectId', 'id'])
    .orderBy('overdue_at')
    .limit(OVERDUE_BATCH_MAX)
    .execute()
  const orders = await lockOrders(tx, due)
  // Asked again under the locks: the order may be done by now, or another node has told.
  const overdue = [...orders.values()].filter(({ status, overdue_at }) => status === 'paid' && overdue_at !== null)
  for (const order of overdue) tell(tx, order)
  const told = overdue.map((order) => ({ ...order, overdue_at: null }))
  await updateRows(tx, 'orders', ['project_id', 'id'], ['overdue_at'], told)
  return due.length
})

/** Wall time at which the next order is overdue; null: no paid order waits to be done. */
async function nextOverdue(read: Kysely<Tables>): Promise<number | null> {
  const next = await waitingOrders(read).select('overdue_at').orderBy('overdue_at').limit(1).executeTakeFirst()
  return next?.overdue_at ?? null
}

/** What the service needs. */
export interface OverdueAlarmsDeps {
  readonly store: Store
  readonly logger: Logger
}

/** Makes the service that tells in time. Looking costs one read of a small index. */
export function makeOverdueAlarms({ store, logger }: OverdueAlarmsDeps): Service & TimedWork {
  return polledWork({
    name: 'overdue orders',
    pollMs: POLL_MS,
    logger,
    pass: () => tellAll(store),
    nextDueAt: () => nextOverdue(store.read),
  })
}

async function tellAll(store: Store): Promise<void> {
  for (let isMore = await isAnyDue(store); isMore; ) {
    isMore = (await store.run(tellOverdueOrders, null)) === OVERDUE_BATCH_MAX
  }
}

async function isAnyDue(store: Store): Promise<boolean> {
  const next = await nextOverdue(store.read)
  return next !== null && next <= store.now()
}

function waitingOrders(db: Kysely<Tables>) {
  return (
    db
      .selectFrom('orders')
      // Written out, not bound: only so do both planners see that the small index of waiting orders fits.
      .where('status', '=', sql.lit('paid'))
      .where('overdue_at', 'is not', null)
  )
}

function tell(tx: Tx, { project_id: projectId, id: orderId, paid_at }: Row<'orders'>): void {
  const since = new Date(paid_at ?? tx.now).toISOString()
  const detail = `The order was paid at ${since} and is not done: see what became of its webhooks or events.`
  tx.wake({ kind: 'alarm', projectId, code: 'paid_order_not_done', orderId, detail })
}

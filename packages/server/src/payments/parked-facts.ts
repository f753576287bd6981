// Facts that came too early: kept until their order or payment appears, and shown as unmatched after three days.
import { sql } from 'kysely'
import {
  type Command,
  type GroupHandler,
  lockFound,
  type NumberPair,
  oneByOne,
  type Row,
  rareCommand,
  runEach,
  runText,
  type Store,
  type Tx,
  updateRows,
} from '../platform/store/index.ts'
import { RECORDED_COLUMNS, type RecordedFact, recordedFact } from './fact-records.ts'
import type { FactResult } from './payment-fact.ts'
import { selectByText } from './select-by-text.ts'

/** Parked facts looked at in one transaction. */
const SWEEP_MAX = 200

/** Written out, not bound: only so do the planners see that the small indexes of parked facts fit. */
const PARKED = sql.lit('parked')

type Event = Row<'payment_events'>

/** How parked facts are applied; handed in, because it leads back here. */
export type ApplyFacts = (tx: Tx, facts: readonly RecordedFact[]) => Promise<ReadonlyMap<number, FactResult>>

/**
 * Applies what was parked for orders that have just been created. Only an external id can be known before its order, so orders without
 * one cost nothing.
 */
export async function applyParkedFacts(tx: Tx, orders: readonly Row<'orders'>[], apply: ApplyFacts): Promise<void> {
  const query = {
    head: `select ${RECORDED_COLUMNS} from payment_events
      where state = 'parked' and order_id is null and order_external_id is not null and`,
    columns: ['project_id', 'order_external_id'],
    // Locked, so that of two orders with the same external id one gets them.
    tail: tx.engine === 'postgres' ? 'order by id for update' : 'order by id',
  }
  const keys = orders.flatMap(({ project_id, external_id }) =>
    external_id === null ? [] : [[project_id, external_id] as const],
  )
  const rows = await selectByText<Event>(tx, query, keys)
  await apply(tx, rows.map(recordedFact))
}

/** Facts that waited for a payment of `orders`, oldest first. The orders are locked by the caller. */
export async function loadWaitingFacts(tx: Tx, orders: readonly NumberPair[]): Promise<readonly RecordedFact[]> {
  if (orders.length === 0) return []
  const head = `select ${RECORDED_COLUMNS} from payment_events where state = 'parked' and (project_id, order_id)`
  if (tx.engine === 'postgres') {
    const text = `${head} in (select * from unnest($1::bigint[], $2::bigint[])) order by id for update`
    const values = [orders.map(({ projectId }) => projectId), orders.map(({ id }) => id)]
    return (await runText<Event>(tx, text, values)).map(recordedFact)
  }
  const pairs = orders.map(({ projectId, id }) => [projectId, id])
  return (await runEach<Event>(tx, `${head} = (?, ?) order by id`, pairs)).map(recordedFact)
}

/** Looks after parked facts: applies those whose order has appeared, gives up those whose time is over. Answers how many. */
export const sweepParkedFacts: Command<null, number> = rareCommand('payments.sweep-parked')

/**
 * Handler of `sweepParkedFacts`.
 *
 * On PostgreSQL a fact and its order may be committed at the same moment without seeing each other; the sweep brings them together.
 */
export function parkedFactsSweep(apply: ApplyFacts): GroupHandler<null, number> {
  return oneByOne(async (tx) => {
    const matched = await takeMatched(tx)
    await apply(tx, matched)
    return matched.length + (await giveUp(tx))
  })
}

async function takeMatched(tx: Tx): Promise<readonly RecordedFact[]> {
  const query = matchedFacts(tx.db)
    .select(['e.id', 'e.body', 'e.order_id', 'e.parked_until'])
    .orderBy('e.id')
    .limit(SWEEP_MAX)
  return (await lockFound(tx, query, 'e')).map(recordedFact)
}

/** Parked facts whose order is there. */
function matchedFacts(db: Tx['db']) {
  return db
    .selectFrom('payment_events as e')
    .where('e.state', '=', PARKED)
    .where('e.order_id', 'is', null)
    .where('e.order_external_id', 'is not', null)
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('orders as o')
          .select('o.id')
          .whereRef('o.project_id', '=', 'e.project_id')
          .whereRef('o.external_id', '=', 'e.order_external_id'),
      ),
    )
}

/** The facts stay readable as unmatched, and a person is told. */
async function giveUp(tx: Tx): Promise<number> {
  const query = tx.db
    .selectFrom('payment_events')
    .select(['project_id', 'id', 'provider', 'event_id', 'order_id'])
    .where('state', '=', PARKED)
    .where('parked_until', '<=', tx.now)
    .orderBy('parked_until')
    .limit(SWEEP_MAX)
  const rows = await lockFound(tx, query)
  const unmatched = rows.map((row) => ({ ...row, state: 'unmatched', parked_until: null }))
  await updateRows(tx, 'payment_events', ['project_id', 'id'], ['state', 'parked_until'], unmatched)
  for (const row of rows) {
    const detail = `${row.provider} event ${row.event_id} named an order or a payment that never appeared`
    tx.wake({ kind: 'alarm', projectId: row.project_id, code: 'payment_unmatched', orderId: row.order_id, detail })
  }
  return rows.length
}

/** When the sweep has something to do: at once where an order has appeared, else when the next fact's time is over; null: nothing waits. */
export async function nextSweepAt(store: Pick<Store, 'read' | 'now'>): Promise<number | null> {
  const matched = await matchedFacts(store.read).select('e.id').limit(1).executeTakeFirst()
  if (matched !== undefined) return store.now()
  const next = await store.read
    .selectFrom('payment_events')
    .select('parked_until')
    .where('state', '=', PARKED)
    .orderBy('parked_until')
    .limit(1)
    .executeTakeFirst()
  return next?.parked_until ?? null
}

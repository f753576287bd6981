// Facts that came too early: kept until their order or payment appears, and shown as unmatched after three days.
import { type Command, type Row, rareCommand, type Tx } from '../platform/store/index.ts'
import { factKey } from './load-known-facts.ts'
import type { FactResult, PaymentFact } from './payment-fact.ts'

/** Parked facts looked at in one sweep. */
const SWEEP_MAX = 200

/** Gives up on parked facts whose time is over; answers how many. */
export const expireParkedFacts: Command<null, number> = rareCommand('payments.expire-parked')

/** Handler of `expireParkedFacts`: the facts stay readable as unmatched, and a person is told. */
export async function handleExpireParkedFacts(tx: Tx): Promise<number> {
  const rows = await tx.db
    .selectFrom('payment_events')
    .select(['project_id', 'id', 'provider', 'event_id', 'order_id'])
    .where('state', '=', 'parked')
    .where('parked_until', '<=', tx.now)
    .limit(SWEEP_MAX)
    .execute()
  for (const row of rows) {
    await setState(tx, row, 'unmatched')
    const detail = `${row.provider} event ${row.event_id} named an order that never appeared`
    tx.wake({ kind: 'alarm', projectId: row.project_id, code: 'payment_unmatched', orderId: row.order_id, detail })
  }
  return rows.length
}

/** Takes the parked refund facts of an order that has just been paid; they are applied by the caller. */
export async function takeParkedRefundFacts(
  tx: Tx,
  projectId: number,
  orderId: number,
): Promise<readonly PaymentFact[]> {
  const rows = await tx.db
    .selectFrom('payment_events')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('order_id', '=', orderId)
    .where('state', '=', 'parked')
    .orderBy('id')
    .execute()
  for (const row of rows) await setState(tx, row, 'applied')
  return rows.map(factOf)
}

/** How parked facts of new orders are applied; handed in, because it leads back here. */
export type ApplyFacts = (tx: Tx, facts: readonly PaymentFact[]) => Promise<ReadonlyMap<string, FactResult>>

/**
 * Applies what was parked for orders that have just been created. Only an external id can be known before its order, so orders without
 * one cost nothing.
 */
export async function applyParkedFacts(tx: Tx, orders: readonly Row<'orders'>[], apply: ApplyFacts): Promise<void> {
  for (const order of orders) {
    if (order.external_id === null) continue
    const rows = await tx.db
      .selectFrom('payment_events')
      .selectAll()
      .where('project_id', '=', order.project_id)
      .where('order_external_id', '=', order.external_id)
      .where('state', '=', 'parked')
      .orderBy('id')
      .execute()
    // One by one and in the order of their arrival, because each may depend on the one before.
    for (const row of rows) await applyParkedFact(tx, row, apply)
  }
}

async function applyParkedFact(tx: Tx, row: Row<'payment_events'>, apply: ApplyFacts): Promise<void> {
  const fact = factOf(row)
  // The record of the parked event is replaced by the one that tells what became of it.
  await tx.db.deleteFrom('payment_events').where('project_id', '=', row.project_id).where('id', '=', row.id).execute()
  const results = await apply(tx, [fact])
  if (!results.has(factKey(fact))) throw new Error(`parked event ${row.id} was not applied`)
}

function factOf(row: Pick<Row<'payment_events'>, 'body'>): PaymentFact {
  return JSON.parse(row.body) as PaymentFact
}

async function setState(
  tx: Tx,
  row: { readonly project_id: number; readonly id: number },
  state: string,
): Promise<void> {
  await tx.db
    .updateTable('payment_events')
    .set({ state, parked_until: null })
    .where('project_id', '=', row.project_id)
    .where('id', '=', row.id)
    .execute()
}

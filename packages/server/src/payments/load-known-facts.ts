// What the store already knows when facts arrive, read set by set.
import { type NumberPair, type Row, runText, type Tx } from '../platform/store/index.ts'
import type { PaymentFact } from './payment-fact.ts'

/** Names a fact: project, provider and the provider's event id. */
export function factKey(fact: Pick<PaymentFact, 'projectId' | 'provider' | 'eventId'>): string {
  return JSON.stringify([fact.projectId, fact.provider, fact.eventId])
}

/** Names a payment: project, provider and the provider's reference. */
export function paymentKey(fact: Pick<PaymentFact, 'projectId' | 'provider' | 'providerReference'>): string {
  return JSON.stringify([fact.projectId, fact.provider, fact.providerReference])
}

/** Facts of the group that were told before, by factKey. */
export async function loadEarlierEvents(
  tx: Tx,
  facts: readonly PaymentFact[],
): Promise<ReadonlyMap<string, Row<'payment_events'>>> {
  const keys = facts.map((fact): TextKey => [fact.projectId, fact.provider, fact.eventId])
  const rows = await selectByTexts<Row<'payment_events'>>(tx, 'payment_events', ['provider', 'event_id'], keys)
  return new Map(
    rows.map((row) => [factKey({ projectId: row.project_id, provider: row.provider, eventId: row.event_id }), row]),
  )
}

/** Payments that the facts name, by paymentKey. Their orders are locked, so they cannot change under the transaction. */
export async function loadPayments(
  tx: Tx,
  facts: readonly PaymentFact[],
): Promise<ReadonlyMap<string, Row<'payments'>>> {
  const keys = facts.map((fact): TextKey => [fact.projectId, fact.provider, fact.providerReference])
  const rows = await selectByTexts<Row<'payments'>>(tx, 'payments', ['provider', 'provider_reference'], keys)
  return new Map(
    rows.map((row) => [
      paymentKey({ projectId: row.project_id, provider: row.provider, providerReference: row.provider_reference }),
      row,
    ]),
  )
}

/** The order each fact names, by factKey; an external id that stands on several orders means the newest. */
export async function resolveOrders(tx: Tx, facts: readonly PaymentFact[]): Promise<ReadonlyMap<string, NumberPair>> {
  const found = new Map<string, NumberPair>()
  for (const fact of facts) {
    const id = 'id' in fact.order ? fact.order.id : await newestOrderId(tx, fact.projectId, fact.order.externalId)
    if (id !== undefined) found.set(factKey(fact), { projectId: fact.projectId, id })
  }
  return found
}

async function newestOrderId(tx: Tx, projectId: number, externalId: string): Promise<number | undefined> {
  const row = await tx.db
    .selectFrom('orders')
    .select('id')
    .where('project_id', '=', projectId)
    .where('external_id', '=', externalId)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.id
}

type TextKey = readonly [projectId: number, first: string, second: string]

/** Rows by (project_id, two texts): one statement on PostgreSQL, a prepared one in a loop on SQLite. */
async function selectByTexts<Result>(
  tx: Tx,
  table: 'payments' | 'payment_events',
  columns: readonly [string, string],
  keys: readonly TextKey[],
): Promise<readonly Result[]> {
  const names = `project_id, ${columns.join(', ')}`
  if (tx.engine === 'postgres') {
    const text = `select * from ${table} where (${names}) in (select * from unnest($1::bigint[], $2::text[], $3::text[]))`
    return runText(tx, text, [keys.map((key) => key[0]), keys.map((key) => key[1]), keys.map((key) => key[2])])
  }
  const text = `select * from ${table} where (${names}) = (?, ?, ?)`
  const found: Result[] = []
  for (const key of keys) found.push(...(await runText<Result>(tx, text, key)))
  return found
}

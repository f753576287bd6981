// What the store already knows when facts arrive, read set by set.
import type { NumberPair, Row, Tx } from '../platform/store/index.ts'
import type { RecordedFact } from './fact-records.ts'
import { isPaymentFact, type PaymentFact } from './payment-fact.ts'
import { selectByText, type TextKey } from './select-by-text.ts'

type PaymentName = Pick<Row<'payments'>, 'project_id' | 'provider' | 'provider_reference'>

/** Names a payment: project, provider and the provider's reference. */
export function paymentKey(fact: Pick<PaymentFact, 'projectId' | 'provider' | 'providerReference'>): string {
  return JSON.stringify([fact.projectId, fact.provider, fact.providerReference])
}

function keyOfRow(row: PaymentName): string {
  return JSON.stringify([row.project_id, row.provider, row.provider_reference])
}

/** Payments that `facts` are about, by paymentKey. Their orders are locked, so they cannot change under the transaction. */
export async function loadPayments(
  tx: Tx,
  facts: readonly PaymentFact[],
): Promise<ReadonlyMap<string, Row<'payments'>>> {
  const query = { head: 'select * from payments where', columns: ['project_id', 'provider', 'provider_reference'] }
  const keys = facts.map((fact): TextKey => [fact.projectId, fact.provider, fact.providerReference])
  const rows = await selectByText<Row<'payments'>>(tx, query, keys)
  return new Map(rows.map((row) => [keyOfRow(row), row]))
}

/**
 * The order that each fact names, in the order of `records`; null: nobody knows it yet.
 *
 * An external id may stand on several orders, when a player began anew. The one whose payment the fact is about is meant, else the newest;
 * a fact that waits for an order's payment stays with that order.
 */
export async function resolveOrders(tx: Tx, records: readonly RecordedFact[]): Promise<readonly (NumberPair | null)[]> {
  const byName = records.flatMap(({ fact, orderId }) =>
    orderId === null && 'externalId' in fact.order ? [{ fact, name: fact.order.externalId }] : [],
  )
  const paid = await ordersOfPayments(tx, byName)
  const newest = await newestOrders(tx, byName)
  return records.map(({ fact, orderId }) => {
    const named = (name: string) =>
      paid.get(JSON.stringify([...paymentName(fact), name])) ?? newest.get(nameKey(fact, name))
    const id = orderId ?? ('id' in fact.order ? fact.order.id : named(fact.order.externalId))
    return id === undefined ? null : { projectId: fact.projectId, id }
  })
}

interface NamedFact {
  readonly fact: PaymentFact
  readonly name: string
}

function nameKey({ projectId }: PaymentFact, externalId: string): string {
  return JSON.stringify([projectId, externalId])
}

/** The payment that a fact speaks of; a refund without the reference of its payment speaks of none. */
function paymentName(fact: PaymentFact): TextKey {
  const reference = isPaymentFact(fact.type) ? fact.providerReference : fact.paymentReference
  return [fact.projectId, fact.provider, reference ?? '']
}

async function ordersOfPayments(tx: Tx, facts: readonly NamedFact[]): Promise<ReadonlyMap<string, number>> {
  const query = {
    head: `select p.project_id, p.provider, p.provider_reference, o.external_id, o.id from payments p
      join orders o on o.project_id = p.project_id and o.id = p.order_id where`,
    columns: ['p.project_id', 'p.provider', 'p.provider_reference', 'o.external_id'],
  }
  const keys = facts.map(({ fact, name }): TextKey => [...paymentName(fact), name])
  const rows = await selectByText<PaymentName & Pick<Row<'orders'>, 'external_id' | 'id'>>(tx, query, keys)
  return new Map(
    rows.map((row) => [
      JSON.stringify([row.project_id, row.provider, row.provider_reference, row.external_id]),
      row.id,
    ]),
  )
}

async function newestOrders(tx: Tx, facts: readonly NamedFact[]): Promise<ReadonlyMap<string, number>> {
  const query = {
    // Said twice for the planner: the small index holds only orders that have an external id.
    head: 'select project_id, external_id, max(id) as id from orders where external_id is not null and',
    columns: ['project_id', 'external_id'],
    tail: 'group by project_id, external_id',
  }
  const keys = facts.map(({ fact, name }): TextKey => [fact.projectId, name])
  const rows = await selectByText<Pick<Row<'orders'>, 'project_id' | 'external_id' | 'id'>>(tx, query, keys)
  return new Map(rows.map((row) => [JSON.stringify([row.project_id, row.external_id]), row.id]))
}

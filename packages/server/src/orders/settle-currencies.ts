// Virtual currencies that change hands with an order: credited once when it is paid, reversed when it is canceled.
import { changeBalances, virtualCurrencyCredits } from '../catalog/index.ts'
import type { Party } from '../platform/http/index.ts'
import type { Tx } from '../platform/store/index.ts'
import type { Story } from './announcement.ts'

type BalanceChange = Parameters<typeof changeBalances>[1][number]

/** Credits what paid orders bought, and reverses it, with what was spent, for canceled ones. */
export async function settleCurrencies(tx: Tx, stories: readonly Story[]): Promise<void> {
  const refused = await changeBalances(tx, stories.flatMap(balanceChanges))
  for (const { projectId, party, sku, delta } of refused) {
    // A purchase that was paid stands: only people can decide what a balance beyond counting means.
    const detail = `${party.kind} ${party.id} cannot be credited ${delta} ${sku}: the balance is at its limit.`
    tx.wake({ kind: 'alarm', projectId, code: 'balance_limit', orderId: null, detail })
  }
}

function balanceChanges({ announcement: { event, order }, items }: Story): readonly BalanceChange[] {
  const owner = { projectId: order.project_id, party: { kind: order.party_kind as Party['kind'], id: order.party_id } }
  const bought = virtualCurrencyCredits(items)
  if (event === 'paid') return bought.map(({ sku, amount }) => ({ ...owner, sku, delta: amount }))
  if (event !== 'canceled') return []
  // The money is back with the buyer already: what was spent since cannot stop the cancellation.
  const takenBack = bought.map(({ sku, amount }) => ({
    ...owner,
    sku,
    delta: -amount,
    whenShort: 'take_what_is_there' as const,
  }))
  const spent =
    order.currency_kind === 'virtual' && order.currency !== null
      ? [{ ...owner, sku: order.currency, delta: order.amount }]
      : []
  return [...takenBack, ...spent]
}

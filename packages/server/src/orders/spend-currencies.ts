// Takes the price of orders for a virtual currency from their buyers, in the orders' own transaction.
import { changeBalances } from '../catalog/index.ts'
import type { Tx } from '../platform/store/index.ts'
import type { Draft, Drafts } from './draft-orders.ts'

/** Debits the buyers; drafts of those who have too little become refusals. */
export async function spendCurrencies(tx: Tx, { drafts, refused }: Drafts): Promise<Drafts> {
  const spending = drafts.filter(({ price }) => price.currencyKind === 'virtual')
  const short = await changeBalances(tx, spending.map(debitOf))
  const broke = new Set(short.map(({ index }) => spending[index]))
  return {
    drafts: drafts.filter((draft) => !broke.has(draft)),
    refused: [
      ...refused,
      ...short.flatMap(({ index, sku }) => {
        const draft = spending[index]
        return draft === undefined
          ? []
          : [[draft.input, { kind: 'refused', code: 'virtual_currency_insufficient', sku }] as const]
      }),
    ],
  }
}

function debitOf({ input: { party }, price: { currency, amount } }: Draft) {
  return { projectId: party.projectId, party, sku: currency ?? '', delta: -amount }
}

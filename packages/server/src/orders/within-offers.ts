// Holds what is to be bought against what the game offers the buyer.
import { offerRefusal } from '../catalog/index.ts'
import type { Draft, Drafts } from './draft-orders.ts'
import type { CreateRefusal } from './order-wish.ts'

/** The drafts that keep to their offers; the others are refused. @param now the transaction's wall time */
export function withinOffers({ drafts, refused }: Drafts, now: number): Drafts {
  const judged = drafts.map((draft) => ({ draft, refusal: refusalOf(draft, now) }))
  return {
    drafts: judged.filter(({ refusal }) => refusal === null).map(({ draft }) => draft),
    refused: [
      ...refused,
      ...judged.flatMap(({ draft, refusal }) => (refusal === null ? [] : [[draft.input, refusal] as const])),
    ],
  }
}

function refusalOf({ input: { offers }, price }: Draft, now: number): CreateRefusal | null {
  const refusal = offers === undefined ? null : offerRefusal(offers, price.lines, now)
  return refusal === null ? null : { kind: 'refused', ...refusal }
}

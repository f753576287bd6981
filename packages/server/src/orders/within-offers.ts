// Holds what is to be bought against what the game offers the buyer.
import { offerRefusal, type PricedLine } from '../catalog/index.ts'
import type { CreateOrderInput, CreateRefusal } from './order-wish.ts'

/** Why `lines` do not keep to the buyer's offers; null: they do. @param now the transaction's wall time */
export function offersRefusal(
  { offers }: CreateOrderInput,
  lines: readonly PricedLine[],
  now: number,
): CreateRefusal | null {
  const refusal = offers === undefined ? null : offerRefusal(offers, lines, now)
  return refusal === null ? null : { kind: 'refused', ...refusal }
}

// Uses of promotions by orders, and the count of those that are limited: taken, given back, taken again.
import { insertRows, type NumberPair, type Row, selectRows, type Tx, updateRows } from '../../platform/store/index.ts'
import type { Deal, Promotion } from './promotion.ts'
import { promotionOfRow } from './promotion-row.ts'

/** A new order with what it uses. */
export interface UsingOrder {
  readonly order: Pick<Row<'orders'>, 'project_id' | 'id' | 'party_kind' | 'party_id'>
  readonly used: readonly Deal[]
}

/** An order whose uses are to be taken, or to be given back. */
export interface SettledOrder extends NumberPair {
  readonly isTaken: boolean
}

type UseRow = Row<'promotion_uses'>

/** Writes the uses of new orders. Limited promotions were locked by `lockDeals` in this transaction. */
export async function takeUses(tx: Tx, orders: readonly UsingOrder[]): Promise<void> {
  await insertRows(
    tx,
    'promotion_uses',
    orders.flatMap((each) => useRows(each, tx.now)),
  )
  await addTaken(
    tx,
    orders.flatMap(({ used }) => used.map(({ promotion }) => ({ promotion, change: 1 }))),
  )
}

/**
 * Takes the uses of orders again, or gives them back; what is so already stays so. Promotions are locked after orders and
 * before balances. One that left the catalog is no longer counted.
 */
export async function settleUses(tx: Tx, orders: readonly SettledOrder[]): Promise<void> {
  const wanted = new Map(orders.map((order) => [keyOf(order.projectId, order.id), Number(order.isTaken)]))
  const uses = await selectRows(tx, 'promotion_uses', 'order_id', orders, 'none')
  const changed = uses.flatMap((use): readonly UseRow[] => {
    const isTaken = wanted.get(keyOf(use.project_id, use.order_id)) ?? use.is_taken
    return isTaken === use.is_taken ? [] : [{ ...use, is_taken: isTaken }]
  })
  await updateRows(tx, 'promotion_uses', ['project_id', 'order_id', 'promotion_id'], ['is_taken'], changed)
  const pairs = changed.map((use) => ({ projectId: use.project_id, id: use.promotion_id }))
  const locked = (await selectRows(tx, 'promotions', 'promotion_id', pairs, 'update')).map(promotionOfRow)
  const promotions = new Map(locked.map((promotion) => [keyOf(promotion.projectId, promotion.promotionId), promotion]))
  await addTaken(
    tx,
    changed.flatMap((use) => {
      const promotion = promotions.get(keyOf(use.project_id, use.promotion_id))
      return promotion === undefined ? [] : [{ promotion, change: use.is_taken === 1 ? 1 : -1 }]
    }),
  )
}

interface TakenChange {
  readonly promotion: Promotion
  readonly change: number
}

/** Counts in the rows of promotions whose total is limited; the others would only be waited for. */
async function addTaken(tx: Tx, changes: readonly TakenChange[]): Promise<void> {
  const limited = changes.filter(({ promotion }) => promotion.limits.total !== null)
  const byPromotion = Map.groupBy(limited, ({ promotion: { projectId, promotionId } }) => keyOf(projectId, promotionId))
  const rows = [...byPromotion.values()].flatMap((ofOne) => {
    const [first] = ofOne
    if (first === undefined) return []
    const { projectId, promotionId, taken } = first.promotion
    const sum = ofOne.reduce((total, { change }) => total + change, taken)
    return [{ project_id: projectId, promotion_id: promotionId, taken: sum }]
  })
  await updateRows(tx, 'promotions', ['project_id', 'promotion_id'], ['taken'], rows)
}

function keyOf(projectId: number, id: number): string {
  return `${projectId}:${id}`
}

function useRows({ order, used }: UsingOrder, now: number): readonly UseRow[] {
  return used.map(({ promotion: { promotionId }, code }) => ({
    project_id: order.project_id,
    order_id: order.id,
    promotion_id: promotionId,
    party_kind: order.party_kind,
    party_id: order.party_id,
    code,
    is_taken: 1,
    taken_at: now,
  }))
}

// Makes the rows of new orders and the first steps of their lives: new, and done at once where no money is needed.
import { type Deal, orderItemRows, type PromotionKind } from '../catalog/index.ts'
import type { AppliedPromotion, UsedCode } from '../notifications/index.ts'
import type { Row, Tx } from '../platform/store/index.ts'
import { channelOf } from '../realtime/index.ts'
import { decideMoves } from './decide-moves.ts'
import type { Draft } from './draft-orders.ts'
import type { CreateOrderInput } from './order-wish.ts'
import type { Cause, Move } from './transition.ts'

/** A new order: its row as it is after all of its first `moves`. `token` null: there is nothing to pay. */
export interface OpenedOrder {
  readonly input: CreateOrderInput
  readonly row: Row<'orders'>
  readonly items: readonly Row<'order_items'>[]
  readonly used: readonly Deal[]
  readonly token: Row<'payment_tokens'> | null
  readonly moves: readonly Move[]
}

/** Gives ids to `drafts`, ascending in their order within a project. */
export async function openOrders(tx: Tx, drafts: readonly Draft[]): Promise<readonly OpenedOrder[]> {
  const opened = new Map<Draft, OpenedOrder>()
  for (const [projectId, ofProject] of Map.groupBy(drafts, (draft) => draft.facts.projectId)) {
    const ids = await tx.takeIds(projectId, 'order', ofProject.length)
    for (const [index, draft] of ofProject.entries()) opened.set(draft, openOrder(draft, ids[index], tx.now))
  }
  return drafts.map((draft) => opened.get(draft) as OpenedOrder)
}

function openOrder(draft: Draft, id: number | undefined, now: number): OpenedOrder {
  if (id === undefined) throw new Error('The store gave fewer order ids than were asked for.')
  const { input, facts, price } = draft
  const cause: Cause = { kind: 'order_created', reference: input.actor }
  const fresh = newRow(draft, id, now)
  const created: Move = { from: null, to: 'new', cause, facts, refundId: null, order: fresh }
  const moves = price.currencyKind === 'real' ? [created] : [created, ...grantAtOnce(created, now)]
  return {
    input,
    row: { ...fresh, ...moves.at(-1)?.order },
    items: orderItemRows(facts.projectId, id, price.lines),
    used: price.used,
    token: tokenRow(draft, id, now),
    moves,
  }
}

/** An order that needs no money is granted by the move that created it. */
function grantAtOnce({ order, facts, cause }: Move, now: number): readonly Move[] {
  const input = { projectId: order.project_id, orderId: order.id, to: 'done', cause } as const
  return decideMoves({ input, order, facts, isPaymentUnderWay: false, now }).moves
}

function newRow(draft: Draft, id: number, now: number): Row<'orders'> {
  const { input, facts, price, country } = draft
  const { party } = input
  return {
    project_id: facts.projectId,
    id,
    status: 'new',
    mode: input.mode,
    currency_kind: price.currencyKind,
    currency: price.currency,
    amount: price.amount,
    amount_without_discount: price.amountWithoutDiscount,
    party_kind: party.kind,
    party_id: party.id,
    channel: channelOf(party),
    user_email: input.email,
    user_country: country,
    user_details: input.userDetails,
    platform: input.platform,
    comment: null,
    external_id: input.externalId,
    custom_parameters: input.customParameters,
    promotions: JSON.stringify(price.promotions satisfies readonly AppliedPromotion[]),
    promocodes: usedCodes(draft, 'promo_code'),
    coupons: usedCodes(draft, 'coupon'),
    settings: input.settings,
    accepted_payment_id: null,
    timeline_length: 1,
    created_at: now,
    updated_at: now,
    paid_at: null,
    overdue_at: null,
    expires_at: price.currencyKind === 'real' ? now + facts.settings.orderLifeMs : null,
  }
}

/** Codes of one kind as the order keeps them; null: none was used. */
function usedCodes({ price }: Draft, kind: PromotionKind): string | null {
  const codes = price.used.flatMap(({ promotion, code }): readonly UsedCode[] =>
    promotion.kind === kind && code !== null ? [{ code, externalId: promotion.externalId }] : [],
  )
  return codes.length === 0 ? null : JSON.stringify(codes)
}

function tokenRow(
  { input: { party, token }, facts }: Draft,
  orderId: number,
  now: number,
): Row<'payment_tokens'> | null {
  if (token === null) return null
  return {
    project_id: facts.projectId,
    token_hash: token.hash,
    order_id: orderId,
    party_kind: party.kind,
    party_id: party.id,
    created_at: now,
    expires_at: now + facts.settings.paymentTokenLifeMs,
  }
}

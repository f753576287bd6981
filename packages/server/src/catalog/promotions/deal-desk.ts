// Which promotions buyers may use: those that need no code, and the one whose code they bring.
import type { Kysely } from 'kysely'
import type { Party } from '../../platform/http/index.ts'
import { selectRows, type Tables, type Tx } from '../../platform/store/index.ts'
import { countUses, type UseCounts } from './count-uses.ts'
import { codeKey, loadCodes, loadRunningPromotions } from './load-promotions.ts'
import { type Deal, isLimited, isRunning, type Promotion, type PromotionKind } from './promotion.ts'
import { promotionOfRow } from './promotion-row.ts'

/** Why a code is not taken. */
export type CodeRefusal = 'code_unknown' | 'code_expired' | 'code_region_refused' | 'code_limit_reached'

/**
 * Somebody who wants to buy or to redeem.
 *
 * @property party null: nobody is known yet, so that limits per user play no part
 * @property skus what is bought; for a coupon nothing
 * @property code of a promo code, or of a coupon where `kind` says so; null: none was brought
 */
export interface DealAsk {
  readonly kind: Exclude<PromotionKind, 'promotion'>
  readonly projectId: number
  readonly party: Pick<Party, 'kind' | 'id'> | null
  readonly country: string | null
  readonly skus: readonly string[]
  readonly code: string | null
}

/** Deals in the order in which they apply, or why the code is not taken. */
export type DealAnswer =
  | { readonly kind: 'deals'; readonly deals: readonly Deal[] }
  | { readonly kind: 'refused'; readonly code: CodeRefusal }

/** Promotions as one transaction, or one read, sees them. */
export interface DealDesk {
  dealsFor(ask: DealAsk): DealAnswer
  /** SKUs of all bonuses that an ask may bring. */
  bonusSkus(ask: DealAsk): readonly string[]
  /** Counts uses that are taken in this transaction, so that the next ask sees them. */
  take(ask: DealAsk, used: readonly Deal[]): void
}

/** Candidates of all asks: what may be open, were it not for limits. */
interface Candidates {
  readonly running: readonly Promotion[]
  readonly codes: ReadonlyMap<string, Promotion>
}

/** What may be open to `asks` now, to be shown. */
export async function readDeals(db: Kysely<Tables>, asks: readonly DealAsk[], now: number): Promise<DealDesk> {
  const candidates = await loadCandidates(db, asks, now)
  return deskOf(candidates, await countFor(db, asks, candidates), now)
}

/**
 * The same inside a transaction that takes uses. Limited promotions are locked, sorted, so that of two buyers of the last
 * use one gets it. They are locked before orders and balances; nothing that holds one of those waits for them.
 */
export async function lockDeals(tx: Tx, asks: readonly DealAsk[]): Promise<DealDesk> {
  const candidates = await lockLimited(tx, asks, await loadCandidates(tx.db, asks, tx.now))
  return deskOf(candidates, await countFor(tx.db, asks, candidates), tx.now)
}

async function loadCandidates(db: Kysely<Tables>, asks: readonly DealAsk[], now: number): Promise<Candidates> {
  const buying = asks.filter(({ kind }) => kind === 'promo_code')
  return {
    running: await loadRunningPromotions(
      db,
      buying.map(({ projectId }) => projectId),
      now,
    ),
    codes: await loadCodes(db, asks.flatMap(projectCode)),
  }
}

function projectCode({ projectId, code }: DealAsk) {
  return code === null ? [] : [{ projectId, code }]
}

/** Locked rows are read anew: an import may have changed them, or taken them away, since. */
async function lockLimited(tx: Tx, asks: readonly DealAsk[], candidates: Candidates): Promise<Candidates> {
  const limited = asks.flatMap((ask) => dealsOf(ask, candidates)).filter(({ promotion }) => isLimited(promotion))
  if (limited.length === 0) return candidates
  const pairs = limited.map(({ promotion: { projectId, promotionId: id } }) => ({ projectId, id }))
  const rows = await selectRows(tx, 'promotions', 'promotion_id', pairs, 'update')
  const locked = new Map(rows.map(promotionOfRow).map((promotion) => [keyOf(promotion), promotion]))
  const asked = new Set(limited.map(({ promotion }) => keyOf(promotion)))
  const renew = (promotion: Promotion): readonly Promotion[] => {
    if (!asked.has(keyOf(promotion))) return [promotion]
    const fresh = locked.get(keyOf(promotion))
    return fresh === undefined ? [] : [fresh]
  }
  return {
    running: candidates.running.flatMap(renew).filter((promotion) => isRunning(promotion, tx.now)),
    codes: new Map([...candidates.codes].flatMap(([key, one]) => renew(one).map((fresh) => [key, fresh] as const))),
  }
}

function keyOf({ projectId, promotionId }: Promotion): string {
  return `${projectId}:${promotionId}`
}

function countFor(db: Kysely<Tables>, asks: readonly DealAsk[], candidates: Candidates): Promise<UseCounts> {
  return countUses(
    db,
    asks.flatMap((ask) => dealsOf(ask, candidates).map((deal) => ({ deal, party: ask.party }))),
  )
}

/** Everything that an ask could use if no limit stood in the way; the promo code comes last. */
function dealsOf(ask: DealAsk, { running, codes }: Candidates): readonly Deal[] {
  const promotions = running.filter((one) => one.projectId === ask.projectId && concerns(one, ask))
  const ofCode = ask.code === null ? undefined : codes.get(codeKey({ projectId: ask.projectId, code: ask.code }))
  return [
    ...promotions.map((promotion) => ({ promotion, code: null })),
    ...(ofCode === undefined ? [] : [{ promotion: ofCode, code: ask.code }]),
  ]
}

/** Whether a promotion without code can have to do with what is bought. */
function concerns({ discount, condition }: Promotion, { kind, skus }: DealAsk): boolean {
  if (kind === 'coupon') return false
  if (discount === null) return condition === null || condition.every(({ sku }) => skus.includes(sku))
  return typeof discount.on === 'string' || discount.on.some((sku) => skus.includes(sku))
}

function deskOf(candidates: Candidates, counts: UseCounts, now: number): DealDesk {
  return {
    dealsFor: (ask) => answerAsk(ask, dealsOf(ask, candidates), counts, now),
    bonusSkus: (ask) => dealsOf(ask, candidates).flatMap(({ promotion }) => promotion.bonus.map(({ sku }) => sku)),
    take: ({ party }, used) => {
      for (const deal of used) counts.add({ deal, party })
    },
  }
}

/** A promotion whose limit is reached is not offered any more; a code says why it is not taken. */
function answerAsk(ask: DealAsk, deals: readonly Deal[], counts: UseCounts, now: number): DealAnswer {
  const { party, code } = ask
  if (code !== null) {
    const refusal = codeRefusal(
      ask,
      deals.find((deal) => deal.code !== null),
      counts,
      now,
    )
    if (refusal !== null) return { kind: 'refused', code: refusal }
  }
  return { kind: 'deals', deals: deals.filter((deal) => counts.mayUse({ deal, party })) }
}

/** A code that is switched off, or not yet valid, is as good as none; one that was valid is told apart. */
function codeRefusal(
  { kind, country, party }: DealAsk,
  deal: Deal | undefined,
  counts: UseCounts,
  now: number,
): CodeRefusal | null {
  if (deal === undefined || deal.promotion.kind !== kind || !deal.promotion.isEnabled) return 'code_unknown'
  const { startsAt, endsAt, countries } = deal.promotion
  if (startsAt !== null && now < startsAt) return 'code_unknown'
  if (endsAt !== null && endsAt <= now) return 'code_expired'
  if (countries !== null && (country === null || !countries.includes(country))) return 'code_region_refused'
  return counts.mayUse({ deal, party }) ? null : 'code_limit_reached'
}

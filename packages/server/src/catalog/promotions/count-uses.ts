// How often limited promotions are used, and whether they may be used once more.
import { type Kysely, sql } from 'kysely'
import type { Party } from '../../platform/http/index.ts'
import type { Tables } from '../../platform/store/index.ts'
import { type Deal, isLimited, type Promotion } from './promotion.ts'

/** An deal with the one who wants to use it; `party` null: nobody is known, so only the limits of all players count. */
export interface UseQuestion {
  readonly deal: Deal
  readonly party: Pick<Party, 'kind' | 'id'> | null
}

/** Uses as they stand; what is taken in this transaction is added. */
export interface UseCounts {
  /** Whether one more use keeps every limit. */
  mayUse(question: UseQuestion): boolean
  add(question: UseQuestion): void
}

/** Written out, not bound: only so do both planners see that the small indexes of taken uses fit. */
const TAKEN = sql<boolean>`is_taken = 1`

/**
 * Counts the uses that `questions` depend on, by player and by code: two statements at most, whatever their number. The
 * total stands in the promotion itself.
 *
 * In a transaction that takes uses, lock the promotions before: then nobody else takes one until it ends.
 */
export async function countUses(db: Kysely<Tables>, questions: readonly UseQuestion[]): Promise<UseCounts> {
  const limited = questions.filter(({ deal }) => isLimited(deal.promotion))
  const counts = new Map<string, number>([...(await countOfParties(db, limited)), ...(await countOfCodes(db, limited))])
  return {
    mayUse: (question) =>
      boundsOf(question).every(({ key, max, base }) => max === null || base + (counts.get(key) ?? 0) < max),
    add: (question) => {
      for (const { key } of boundsOf(question)) counts.set(key, (counts.get(key) ?? 0) + 1)
    },
  }
}

/** `base` is what is counted elsewhere already. */
interface Bound {
  readonly key: string
  readonly max: number | null
  readonly base: number
}

/** Each limit with the key of what is counted for it. */
function boundsOf({ deal: { promotion, code }, party }: UseQuestion): readonly Bound[] {
  const { perUser, total, perCode } = promotion.limits
  return [
    { key: keyOf(promotion), max: total, base: promotion.taken },
    ...(party === null ? [] : [{ key: keyOf(promotion, 'party', party.kind, party.id), max: perUser, base: 0 }]),
    ...(code === null ? [] : [{ key: keyOf(promotion, 'code', code), max: perCode, base: 0 }]),
  ]
}

function keyOf({ projectId, promotionId }: Pick<Promotion, 'projectId' | 'promotionId'>, ...more: string[]): string {
  return JSON.stringify([projectId, promotionId, ...more])
}

type Counted = readonly (readonly [key: string, count: number])[]

function usesOf(db: Kysely<Tables>, promotions: readonly Promotion[]) {
  return db
    .selectFrom('promotion_uses')
    .where('project_id', 'in', [...new Set(promotions.map(({ projectId }) => projectId))])
    .where('promotion_id', 'in', [...new Set(promotions.map(({ promotionId }) => promotionId))])
    .where(TAKEN)
}

async function countOfParties(db: Kysely<Tables>, questions: readonly UseQuestion[]): Promise<Counted> {
  const asked = questions.filter(({ deal, party }) => deal.promotion.limits.perUser !== null && party !== null)
  if (asked.length === 0) return []
  const parties = asked.flatMap(({ party }) => party ?? [])
  const rows = await usesOf(
    db,
    asked.map(({ deal }) => deal.promotion),
  )
    // The kind too, or the index could not be used as far as the id.
    .where('party_kind', 'in', [...new Set(parties.map(({ kind }) => kind))])
    .where('party_id', 'in', [...new Set(parties.map(({ id }) => id))])
    .select((eb) => ['project_id', 'promotion_id', 'party_kind', 'party_id', eb.fn.countAll<number>().as('count')])
    .groupBy(['project_id', 'promotion_id', 'party_kind', 'party_id'])
    .execute()
  return rows.map(({ project_id: projectId, promotion_id: promotionId, party_kind, party_id, count }) => [
    keyOf({ projectId, promotionId }, 'party', party_kind, party_id),
    Number(count),
  ])
}

async function countOfCodes(db: Kysely<Tables>, questions: readonly UseQuestion[]): Promise<Counted> {
  const asked = questions.filter(({ deal }) => deal.promotion.limits.perCode !== null && deal.code !== null)
  if (asked.length === 0) return []
  const codes = new Set(asked.flatMap(({ deal: { code } }) => (code === null ? [] : [code])))
  const rows = await usesOf(
    db,
    asked.map(({ deal }) => deal.promotion),
  )
    .where('code', 'in', [...codes])
    .select((eb) => ['project_id', 'promotion_id', 'code', eb.fn.countAll<number>().as('count')])
    .groupBy(['project_id', 'promotion_id', 'code'])
    .execute()
  return rows.map(({ project_id: projectId, promotion_id: promotionId, code, count }) => [
    keyOf({ projectId, promotionId }, 'code', code ?? ''),
    Number(count),
  ])
}

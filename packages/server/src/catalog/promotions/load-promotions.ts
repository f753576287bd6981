// Reads promotions: those that need no code, and the one that a code leads to.
import { type Kysely, sql } from 'kysely'
import type { Row, Tables } from '../../platform/store/index.ts'
import type { Promotion } from './promotion.ts'
import { promotionOfRow } from './promotion-row.ts'

/** A code of a project. */
export interface ProjectCode {
  readonly projectId: number
  readonly code: string
}

/** Promotions without codes that are running at `now`, in the order in which they apply. */
export async function loadRunningPromotions(
  db: Kysely<Tables>,
  projectIds: readonly number[],
  now: number,
): Promise<readonly Promotion[]> {
  if (projectIds.length === 0) return []
  const rows = await db
    .selectFrom('promotions')
    .where('project_id', 'in', [...new Set(projectIds)])
    .where('kind', '=', 'promotion')
    .where('is_enabled', '=', 1)
    .where((is) => is.or([is('starts_at', 'is', null), is('starts_at', '<=', now)]))
    .where((is) => is.or([is('ends_at', 'is', null), is('ends_at', '>', now)]))
    .selectAll()
    .orderBy('sort_order')
    .orderBy('promotion_id')
    .execute()
  return rows.map(promotionOfRow)
}

/** The promo codes and coupons that `codes` lead to, whatever their state, by `codeKey`. Codes are told apart by case. */
export async function loadCodes(
  db: Kysely<Tables>,
  codes: readonly ProjectCode[],
): Promise<ReadonlyMap<string, Promotion>> {
  if (codes.length === 0) return new Map()
  const rows: readonly (Row<'promotions'> & { readonly code: string })[] = await db
    .selectFrom('promotion_codes as c')
    .innerJoin('promotions as p', (join) =>
      join.onRef('p.project_id', '=', 'c.project_id').onRef('p.promotion_id', '=', 'c.promotion_id'),
    )
    .where('c.project_id', 'in', [...new Set(codes.map(({ projectId }) => projectId))])
    .where('c.code', 'in', [...new Set(codes.map(({ code }) => code))])
    .selectAll('p')
    .select(sql<string>`c.code`.as('code'))
    .execute()
  return new Map(rows.map((row) => [codeKey({ projectId: row.project_id, code: row.code }), promotionOfRow(row)]))
}

/** Key of a code in maps. */
export function codeKey({ projectId, code }: ProjectCode): string {
  return `${projectId}:${code}`
}

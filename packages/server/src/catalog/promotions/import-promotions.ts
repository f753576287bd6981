// Writes the promotions of a catalog file, with their codes, in the transaction of the import.
import { sql } from 'kysely'
import { insertRows, type Row, runText, type Tx, updateRows } from '../../platform/store/index.ts'
import type { FilePromotion } from './promotion.ts'
import { rowOfPromotion } from './promotion-row.ts'

/** What is in a file, and whether what it does not name goes. */
export interface PromotionImport {
  readonly projectId: number
  readonly isWhole: boolean
  readonly promotions: readonly FilePromotion[]
}

/** A code that leads to another promotion already. */
export interface TakenCode {
  readonly externalId: string
  readonly code: string
}

/** Values of one statement; SQLite takes 32,766. */
const VALUES_PER_STATEMENT = 5_000

/** The first code of the file that belongs to a promotion which the file does not name; a whole file has none. */
export async function findTakenCode(
  tx: Tx,
  { projectId, isWhole, promotions }: PromotionImport,
): Promise<TakenCode | undefined> {
  if (isWhole) return undefined
  const named = new Set(promotions.map(nameOf))
  const owners = new Map(promotions.flatMap(({ externalId, codes }) => codes.map((code) => [code, externalId])))
  for (const codes of chunks([...owners.keys()])) {
    const rows = await tx.db
      .selectFrom('promotion_codes as c')
      .innerJoin('promotions as p', (join) =>
        join.onRef('p.project_id', '=', 'c.project_id').onRef('p.promotion_id', '=', 'c.promotion_id'),
      )
      .where('c.project_id', '=', projectId)
      .where('c.code', 'in', codes)
      .select(['c.code', 'p.kind', 'p.external_id'])
      .execute()
    const taken = rows.find(({ kind, external_id: externalId }) => !named.has(nameOf({ kind, externalId })))
    if (taken !== undefined) return { externalId: owners.get(taken.code) ?? '', code: taken.code }
  }
  return undefined
}

/**
 * Writes promotions and their codes. A promotion keeps its id, and with it the count of its uses, as long as its kind
 * and external id stay in the catalog.
 */
export async function writePromotions(tx: Tx, { projectId, isWhole, promotions }: PromotionImport): Promise<void> {
  await lockPromotions(tx, projectId)
  const known = await knownIds(tx, projectId)
  const named = new Set(promotions.map(nameOf))
  const gone = isWhole ? [...known].filter(([name]) => !named.has(name)).map(([, id]) => id) : []
  await deleteBy(tx, 'promotions', projectId, gone)
  const kept = promotions.flatMap((promotion) => known.get(nameOf(promotion)) ?? [])
  await deleteBy(tx, 'promotion_codes', projectId, [...gone, ...kept])

  const fresh = promotions.filter((promotion) => !known.has(nameOf(promotion)))
  const changed = promotions.filter((promotion) => known.has(nameOf(promotion)))
  const freshIds = fresh.length === 0 ? [] : await tx.takeIds(projectId, 'promotion', fresh.length)
  const ids = new Map([
    ...known,
    ...fresh.map((promotion, index) => [nameOf(promotion), freshIds[index] ?? 0] as const),
  ])
  const idOf = (promotion: FilePromotion): number => ids.get(nameOf(promotion)) ?? 0
  const rowOf = (promotion: FilePromotion) => rowOfPromotion(projectId, idOf(promotion), promotion, tx.now)
  await insertRows(tx, 'promotions', fresh.map(rowOf))
  await updateRows(tx, 'promotions', ['project_id', 'promotion_id'], CHANGED_COLUMNS, changed.map(rowOf))
  await countTaken(tx, projectId)
  const codes = promotions.flatMap((promotion) => promotion.codes.map((code) => ({ code, promotion })))
  await insertRows(
    tx,
    'promotion_codes',
    codes.map(({ code, promotion }) => ({ project_id: projectId, code, promotion_id: idOf(promotion) })),
  )
}

const CHANGED_COLUMNS: readonly (keyof Row<'promotions'> & string)[] = [
  'is_enabled',
  'starts_at',
  'ends_at',
  'sort_order',
  'details',
  'updated_at',
]

/** An external id is unique among promotions of its kind. */
function nameOf({ kind, externalId }: { readonly kind: string; readonly externalId: string }): string {
  return `${kind} ${externalId}`
}

/** In the order in which orders lock them; those that are under way are waited for, and later ones see what is written. */
async function lockPromotions(tx: Tx, projectId: number): Promise<void> {
  if (tx.engine !== 'postgres') return
  await runText(tx, 'select 1 from promotions where project_id = $1 order by promotion_id for update', [projectId])
}

/** Counts anew, because a promotion may have got the limit for which it is counted. */
async function countTaken(tx: Tx, projectId: number): Promise<void> {
  const taken = sql<number>`(select count(*) from promotion_uses as u where u.project_id = promotions.project_id
    and u.promotion_id = promotions.promotion_id and u.is_taken = 1)`
  await tx.db.updateTable('promotions').set({ taken }).where('project_id', '=', projectId).execute()
}

async function knownIds(tx: Tx, projectId: number): Promise<ReadonlyMap<string, number>> {
  const rows = await tx.db
    .selectFrom('promotions')
    .where('project_id', '=', projectId)
    .select(['kind', 'external_id', 'promotion_id'])
    .execute()
  return new Map(rows.map((row) => [nameOf({ kind: row.kind, externalId: row.external_id }), row.promotion_id]))
}

async function deleteBy(
  tx: Tx,
  table: 'promotions' | 'promotion_codes',
  projectId: number,
  promotionIds: readonly number[],
): Promise<void> {
  for (const ids of chunks(promotionIds)) {
    await tx.db.deleteFrom(table).where('project_id', '=', projectId).where('promotion_id', 'in', ids).execute()
  }
}

function chunks<Value>(values: readonly Value[]): readonly Value[][] {
  const parts: Value[][] = []
  for (let start = 0; start < values.length; start += VALUES_PER_STATEMENT)
    parts.push(values.slice(start, start + VALUES_PER_STATEMENT))
  return parts
}

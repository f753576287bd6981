// Promotions, promo codes and coupons: what they give, their codes, and which orders use them.
import { type Kysely, sql } from 'kysely'
import type { Engine } from '../store.ts'

const TABLES: readonly { readonly name: string; readonly columns: string }[] = [
  {
    name: 'promotions',
    columns:
      'project_id int not null, promotion_id int not null, kind text not null, external_id text not null, is_enabled int not null, starts_at int, ends_at int, sort_order int not null, details text not null, updated_at int not null, taken int not null, primary key (project_id, promotion_id), unique (project_id, kind, external_id)',
  },
  {
    name: 'promotion_codes',
    columns: 'project_id int not null, code text not null, promotion_id int not null, primary key (project_id, code)',
  },
  {
    name: 'promotion_uses',
    columns:
      'project_id int not null, order_id int not null, promotion_id int not null, party_kind text not null, party_id text not null, code text, is_taken int not null, taken_at int not null, primary key (project_id, order_id, promotion_id)',
  },
]

const INDEXES: readonly string[] = [
  'create index promotion_codes_owner on promotion_codes (project_id, promotion_id)',
  'create index promotion_uses_party on promotion_uses (project_id, promotion_id, party_kind, party_id) where is_taken = 1',
  'create index promotion_uses_code on promotion_uses (project_id, promotion_id, code) where is_taken = 1 and code is not null',
]

/** Makes the tables, and the place of a promo code in carts. */
export async function up(engine: Engine, db: Kysely<unknown>): Promise<void> {
  for (const { name, columns } of TABLES) {
    const typed = columns.replaceAll(/ int\b/g, engine === 'sqlite' ? ' integer' : ' bigint')
    await sql.raw(`create table ${name} (${typed})${engine === 'sqlite' ? ' strict, without rowid' : ''}`).execute(db)
  }
  for (const index of INDEXES) await sql.raw(index).execute(db)
  await sql.raw('alter table carts add column promo_code text').execute(db)
}

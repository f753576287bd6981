// Stores of any size: copies of all rows of the real orders, by few statements.
import { statfsSync } from 'node:fs'
import { type Databases, type EngineName, type Place, queryOnce } from '../stage/databases.ts'
import { withRawStore } from '../stage/raw-store.ts'
import { COPIED_TABLES, copyText, realTable } from './copied-columns.ts'
import { REAL_ORDERS, type RealShop } from './real-shop.ts'

/** Copies of one statement: what one transaction holds, and how often progress is told. */
const COPIES_AT_ONCE = 10
/** Copies between two looks of PostgreSQL at what is new: at the end it would fetch from the disk, page by page, what no longer fits into memory. */
const VACUUM_EVERY = 50
/** A disk is never filled to the brim. */
const DISK_SHARE_MAX = 0.9

/** Bytes of an order with all its rows and indexes; measured over 200,000 copies, and rounded up. Retired: without bodies and what attempts said. */
const BYTES_PER_ORDER: Readonly<Record<EngineName, { readonly full: number; readonly retired: number }>> = {
  sqlite: { full: 5_000, retired: 3_000 },
  postgres: { full: 6_000, retired: 4_600 },
}

/** How large a store is to be, in copies of the real orders; the oldest of them are retired. */
export interface Growth {
  readonly copies: number
  readonly retired: number
}

/** Bytes that a store of this size takes, about. */
export function bytesOf(engine: EngineName, { copies, retired }: Growth): number {
  const bytes = BYTES_PER_ORDER[engine]
  return REAL_ORDERS * ((copies - retired + 1) * bytes.full + retired * bytes.retired)
}

/** @throws {Error} where the disk of `folder` has too little room for `bytes` more */
export function refuseFullDisk(folder: string, bytes: number): void {
  const { bavail, bsize } = statfsSync(folder)
  if (bytes <= bavail * bsize * DISK_SHARE_MAX) return
  const gib = (value: number): string => (value / 1024 ** 3).toFixed(1)
  throw new Error(
    `The store would take about ${gib(bytes)} GiB and ${folder} has ${gib(bavail * bsize)} GiB left. Set TMPDIR to a larger disk.`,
  )
}

/** What growing needs. */
export interface Nursery {
  readonly databases: Databases
  readonly folder: string
  readonly report: (line: string) => void
}

/** A new place with the real orders of `shop` and their copies. */
export async function growPlace(
  { databases, folder, report }: Nursery,
  shop: RealShop,
  growth: Growth,
): Promise<Place> {
  refuseFullDisk(folder, bytesOf(shop.place.engine, growth))
  const place = await databases.copy(shop.place)
  const startedAt = performance.now()
  await withRawStore(place, async ({ engine, run }) => {
    for (const { first, last, areRetired } of portions(growth)) {
      for (const table of COPIED_TABLES)
        await run(copyText(engine, table, realTable(table), { first, last, strides: shop.strides, areRetired }))
      if (place.engine === 'postgres' && last % VACUUM_EVERY === 0) await queryOnce(place.url, 'vacuum')
      report(progressText(last, growth.copies, performance.now() - startedAt))
    }
  })
  if (place.engine === 'postgres') await queryOnce(place.url, 'vacuum analyze', 'checkpoint')
  report(await sizeText(place, growth))
  return place
}

const SIZES: Readonly<Record<EngineName, string>> = {
  sqlite: 'select page_count * page_size as bytes from pragma_page_count(), pragma_page_size()',
  postgres: 'select pg_database_size(current_database()) as bytes',
}

/** What it really takes, to be held against BYTES_PER_ORDER. */
async function sizeText(place: Place, { copies }: Growth): Promise<string> {
  const [row] = await withRawStore(place, ({ engine, run }) => run(SIZES[engine]))
  const bytes = Number(row?.bytes)
  return `${(bytes / 1024 ** 3).toFixed(2)} GiB, ${Math.round(bytes / ((copies + 1) * REAL_ORDERS))} bytes an order`
}

/** Copies that share statements, oldest first. */
interface Portion {
  readonly first: number
  readonly last: number
  readonly areRetired: boolean
}

/** `growth` in portions, none of which is partly retired. */
export function portions({ copies, retired }: Growth): readonly Portion[] {
  const cut = (first: number, last: number, areRetired: boolean): readonly Portion[] =>
    Array.from({ length: Math.ceil((last - first + 1) / COPIES_AT_ONCE) }, (_, index) => ({
      first: first + index * COPIES_AT_ONCE,
      last: Math.min(last, first + (index + 1) * COPIES_AT_ONCE - 1),
      areRetired,
    }))
  return [...cut(1, retired, true), ...cut(retired + 1, copies, false)]
}

/** How far it has come, how fast it is, and when it will be done. */
export function progressText(done: number, all: number, tookMs: number): string {
  const share = Math.round((done * 100) / all)
  const perSecond = Math.round((done * REAL_ORDERS * 1_000) / tookMs)
  const leftS = Math.round(((all - done) * tookMs) / done / 1_000)
  return `${(done * REAL_ORDERS).toLocaleString('en-US')} orders copied, ${share} %, ${perSecond.toLocaleString('en-US')}/s, ${leftS} s left`
}

// The real orders that larger stores are made from.
import { type Store, TABLES } from '../../packages/server/src/platform/store/index.ts'
import { changeProjectSettings } from '../../packages/server/src/projects/index.ts'
import { type Databases, type EngineName, type Place, queryOnce, withStore } from '../stage/databases.ts'
import { drive } from '../stage/drive.ts'
import { type RunText, withRawStore } from '../stage/raw-store.ts'
import { pointAt, projectIds, seedPlace } from '../stage/seed.ts'
import { makeOwnMover } from '../transitions/own-mover.ts'
import {
  ageText,
  COPIED_TABLES,
  COPY_AGE_MS,
  ID_COLUMNS,
  type IdOf,
  realTable,
  type Strides,
} from './copied-columns.ts'
import { createOne, deliverDue, processEvents } from './real-orders.ts'

/** Projects of a shop; the last one takes events instead of webhooks. */
export const PROJECTS = 4
/** Real orders, and so the size of a copy. */
export const REAL_ORDERS = 10_000
const PLAYERS = 5_000
const CALLERS = 256

/**
 * Tables that grow with orders and are not copied: keys of requests are forgotten after days, milestones are set by the search, the others
 * have a row for each project.
 */
const NOT_COPIED: readonly string[] = [
  'idempotency_keys',
  'order_milestones',
  'endpoint_health',
  'endpoint_counts',
  'id_blocks',
]

/** A store with its real orders, kept a second time to copy from. */
export interface RealShop {
  readonly place: Place
  readonly strides: Strides
  /** Ids of orders from here on are not among the real ones. */
  readonly untilId: number
}

/** Makes the real orders of a new place. `copiesMax`: how many copies anybody will make; their ids and times are left free. */
export async function makeRealShop(databases: Databases, engine: EngineName, copiesMax: number): Promise<RealShop> {
  const place = await databases.make(engine)
  await seedPlace(place, { projects: PROJECTS, orders: 0, arePaid: false })
  await pointAt(place, PROJECTS, (id) => `https://game.example/${id}`, { fulfilment: 'acknowledged' })
  const before = await withRawStore(place, ({ run }) => filledTables(run))
  await withStore(place, fillShop)
  const shop = await withRawStore(place, async ({ run }) => {
    refuseForgotten(before, await filledTables(run))
    const strides = await stridesOf(run)
    await leaveRoom(run, strides, copiesMax)
    const [row] = await run('select min(id) as first from orders')
    return { place, strides, untilId: Number(row?.first) + strides.order }
  })
  if (place.engine === 'postgres') await queryOnce(place.url, 'vacuum analyze', 'checkpoint')
  return shop
}

async function fillShop(store: Store): Promise<void> {
  const ids = projectIds(PROJECTS)
  const patch = { isEventsApiOn: true }
  await store.run(changeProjectSettings, { projectId: ids.at(-1) as number, patch, actor: 'bench' })
  const { move } = makeOwnMover(store, 'payment')
  const order = async (number: number): Promise<void> =>
    move(await createOne(store, ids[number % ids.length] as number, number % PLAYERS))
  const numbers = Array.from({ length: REAL_ORDERS }, (_, number) => number)
  await drive(order, { orders: numbers, callers: CALLERS, msMax: Number.POSITIVE_INFINITY })
  await deliverDue(store)
  await processEvents(store)
}

/** Tables with rows, by their number. */
async function filledTables(run: RunText): Promise<Readonly<Record<string, number>>> {
  const counts = Object.keys(TABLES).map((table) => `(select count(*) from ${table}) as ${table}`)
  const [row] = await run(`select ${counts.join(', ')}`)
  return Object.fromEntries(Object.entries(row ?? {}).map(([table, count]) => [table, Number(count)]))
}

/** @throws {Error} where orders have rows in a table that nobody would copy: what is measured would not be whole orders */
function refuseForgotten(before: Readonly<Record<string, number>>, after: Readonly<Record<string, number>>): void {
  const known = [...COPIED_TABLES, ...NOT_COPIED]
  const forgotten = Object.keys(after).filter((table) => after[table] !== before[table] && !known.includes(table))
  // The change of settings is told there.
  const missing = forgotten.filter((table) => table !== 'audit_log')
  if (missing.length > 0) throw new Error(`Orders have rows in ${missing.join(', ')}, which growth does not copy.`)
}

async function stridesOf(run: RunText): Promise<Strides> {
  const strides: Partial<Record<IdOf, number>> = {}
  for (const [kind, [table, column]] of Object.entries(ID_COLUMNS)) {
    const [row] = await run(`select max(${column}) - min(${column}) + 1 as stride from ${table}`)
    strides[kind as IdOf] = Number(row?.stride)
  }
  return strides as Strides
}

/**
 * Ids that copies will have are never given out, and the real orders become so old that the newest copy is of today, and not of the last
 * minutes: ten thousand orders in a minute would be the rate of another shop, not its size.
 */
async function leaveRoom(run: RunText, strides: Strides, copiesMax: number): Promise<void> {
  for (const [kind, stride] of Object.entries(strides))
    await run(`update id_blocks set next_id = next_id + ${stride * (copiesMax + 1)} where kind = '${kind}'`)
  for (const table of COPIED_TABLES) {
    const aged = ageText(table, COPY_AGE_MS * (copiesMax + 1))
    if (aged !== null) await run(aged)
    await run(`create table ${realTable(table)} as select * from ${table}`)
  }
}

// A store with orders that wait for their transition, and rows that show what the real commands write.
import type { Store, TableName } from '../../packages/server/src/platform/store/index.ts'
import { type Databases, type EngineName, type Place, queryOnce, withStore } from '../stage/databases.ts'
import { drive } from '../stage/drive.ts'
import { type SeededOrder, seedPlace } from '../stage/seed.ts'
import { makeOwnMover } from './own-mover.ts'
import { type Examples, type PlainWrites, plainWrites, type Value } from './plain-writes.ts'
import { ROWS_ADDED, STATUSES, TRANSITIONS, type TransitionName } from './transition.ts'

/** Orders of several projects, because their settings are read and locked by project. */
const PROJECTS = 4
const CALLERS = 256

type ExampleRow = Readonly<Record<string, Value>>

/** The store; nobody has it open. */
export interface SeededShop {
  readonly place: Place
  /** Orders that wait for each transition. */
  readonly orders: Readonly<Record<TransitionName, readonly SeededOrder[]>>
  readonly writes: Readonly<Record<TransitionName, PlainWrites>>
}

/** Makes a shop with `count` orders for each transition. */
export async function seedShop(databases: Databases, engine: EngineName, count: number): Promise<SeededShop> {
  const place = await databases.make(engine)
  const all = await seedPlace(place, { projects: PROJECTS, orders: 2 * count + 1, arePaid: false })
  const [example, ...others] = all.toSorted((a, b) => a.orderId - b.orderId || a.projectId - b.projectId)
  if (example === undefined) throw new Error('Nothing was seeded.')
  const paid = others.slice(0, count)
  const writes = await withStore(place, async (store) => {
    await drive(makeOwnMover(store, 'payment').move, { orders: [example, ...paid], callers: CALLERS, msMax: Infinity })
    await makeOwnMover(store, 'fulfilment').move(example)
    return writesOf(store, example)
  })
  if (place.engine === 'postgres') await queryOnce(place.url, 'vacuum analyze', 'checkpoint')
  return { place, orders: { payment: others.slice(count), fulfilment: paid }, writes }
}

async function writesOf(store: Store, example: SeededOrder): Promise<SeededShop['writes']> {
  const [payment, fulfilment] = await Promise.all(
    TRANSITIONS.map(async (name) => plainWrites(name, await examplesOf(store, name, example))),
  )
  if (payment === undefined || fulfilment === undefined) throw new Error('A transition has no statements.')
  return { payment, fulfilment }
}

async function examplesOf(store: Store, name: TransitionName, example: SeededOrder): Promise<Examples> {
  const found = await Promise.all(
    ROWS_ADDED[name].map(async (table) => [
      table,
      await exampleRow(store, table as TableName, STATUSES[name].to, example),
    ]),
  )
  return Object.fromEntries(found)
}

/** The row of `table` that the move of the example to `status` added. */
async function exampleRow(
  { read }: Store,
  table: TableName,
  status: string,
  { projectId, orderId }: SeededOrder,
): Promise<ExampleRow> {
  const ofProject = read
    .selectFrom(table)
    .selectAll()
    .where('project_id' as never, '=', projectId as never)
  const ofOrder =
    table === 'idempotency_keys' ? ofProject.limit(1) : ofProject.where('order_id' as never, '=', orderId as never)
  const rows: readonly ExampleRow[] = await ofOrder.execute()
  const row = rows.find(({ to_status, data }) => `${to_status ?? data ?? status}`.includes(status))
  if (row === undefined) throw new Error(`The example order has no row in ${table}.`)
  return row
}

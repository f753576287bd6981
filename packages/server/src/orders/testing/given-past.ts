// Orders of any time without their lives, for tests of what is found and counted.
import {
  type BoundCommand,
  bind,
  type Command,
  oneByOne,
  type Row,
  rareCommand,
  type Store,
} from '../../platform/store/index.ts'
import { seedRows } from '../../platform/store/testing/index.ts'

/** An order as far as searching it goes. */
export type PastOrder = Pick<Row<'orders'>, 'project_id' | 'id' | 'created_at'>

/** Puts orders into the store that are else like `like`. */
export async function givePast(store: Store, like: Row<'orders'>, orders: readonly PastOrder[]): Promise<void> {
  await store.run(seedRows, { table: 'orders', rows: orders.map((order) => ({ ...like, ...order })) })
}

/** Removes the orders of a project that were created before a time, which nothing but a test does. */
export const removeOrders: Command<{ readonly projectId: number; readonly before: number }, null> =
  rareCommand('test.remove-orders')

/** The command with its handler. */
export const boundRemoveOrders: BoundCommand = bind(
  removeOrders,
  oneByOne(async (tx, { projectId, before }) => {
    const query = tx.db.deleteFrom('orders').where('project_id', '=', projectId).where('created_at', '<', before)
    await query.execute()
    return null
  }),
)

// What a test needs to be there already: rows put straight into tables.
import {
  type BoundCommand,
  bind,
  type Command,
  insertRows,
  oneByOne,
  type Row,
  rareCommand,
  type TableName,
} from '../index.ts'

/** Rows of one table, each with every column. */
export type Seed = {
  readonly [Table in TableName]: { readonly table: Table; readonly rows: readonly Row<Table>[] }
}[TableName]

/** Inserts rows; bound in every test store. */
export const seedRows: Command<Seed, null> = rareCommand('test.seed-rows')

/** The command with its handler. */
export const boundSeedRows: BoundCommand = bind(
  seedRows,
  oneByOne(async (tx, seed) => {
    await insertRows(tx, seed.table, seed.rows)
    return null
  }),
)

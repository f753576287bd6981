// Transitions written by hand: plain SQL, one transaction for each request; SQLite on one connection, PostgreSQL on a pool.
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import pg from 'pg'
import type { Place } from '../stage/databases.ts'
import type { SeededOrder } from '../stage/seed.ts'
import { lockText, ORDER_BY_KEY, type PlainWrites, positional, type Value } from './plain-writes.ts'
import type { Mover } from './transition.ts'

/** Connections of the pool: more did not make it faster on two cores. */
export const POOL_CONNECTIONS = 32
/** Ids of what is written by hand; far from those of the store. */
const FIRST_ID = 5_000_000_000
const LATER_MS = 86_400_000
const EPOCH = 'abcdef012345'

type Values = Record<string, Value>

/** Makes the mover of `place`. `groupMax`: how many that wait share a transaction; PostgreSQL has one for each. */
export function makePlainMover(place: Place, writes: PlainWrites, groupMax: number): Mover {
  return place.engine === 'postgres' ? poolMover(place.url, writes) : fileMover(place.path, writes, groupMax)
}

let lastId = FIRST_ID

function valuesOf({ projectId, orderId }: SeededOrder, { constants }: PlainWrites): Values {
  const now = Date.now()
  return {
    ...constants,
    project_id: projectId,
    order_id: orderId,
    id: ++lastId,
    fact_key: `by-hand-${projectId}-${orderId}`,
    epoch: EPOCH,
    now,
    later: now + LATER_MS,
  }
}

function poolMover(url: string, writes: PlainWrites): Mover {
  const pool = new pg.Pool({ connectionString: url, max: POOL_CONNECTIONS })
  const texts = [lockText(`${ORDER_BY_KEY} for update`), ...writes.statements.map(({ text }) => text)]
  const statements = texts.map((text, index) => ({
    ...positional(text, (number) => `$${number}`),
    name: `statement_${index}`,
    gives: index === 0 || writes.statements[index - 1]?.gives === true,
  }))
  const run = async (client: pg.PoolClient, order: SeededOrder): Promise<void> => {
    const values = valuesOf(order, writes)
    await client.query('begin')
    for (const { name, text, names, gives } of statements) {
      const { rows } = await client.query({ name, text, values: names.map((one) => values[one]) })
      if (gives) Object.assign(values, rows[0])
    }
    await client.query('commit')
  }
  return {
    move: async (order) => {
      const client = await pool.connect()
      try {
        await run(client, order)
      } finally {
        client.release()
      }
    },
    stop: () => pool.end(),
  }
}

/** A call that waits for the connection. */
interface Waiting {
  readonly order: SeededOrder
  readonly done: () => void
}

function fileMover(path: string, writes: PlainWrites, groupMax: number): Mover {
  const database = new DatabaseSync(path)
  database.exec('pragma journal_mode = wal; pragma synchronous = full')
  const run = preparedFor(database, writes)
  const waiting: Waiting[] = []
  const turn = (): void => {
    const group = waiting.splice(0, groupMax)
    database.exec('begin immediate')
    for (const { order } of group) run(order)
    database.exec('commit')
    for (const { done } of group) done()
    if (waiting.length > 0) setImmediate(turn)
  }
  return {
    move: (order) =>
      new Promise((done) => {
        waiting.push({ order, done })
        if (waiting.length === 1) setImmediate(turn)
      }),
    stop: async () => database.close(),
  }
}

function preparedFor(database: DatabaseSync, writes: PlainWrites): (order: SeededOrder) => void {
  const prepare = (text: string): { readonly statement: StatementSync; readonly names: readonly string[] } => {
    const { text: replaced, names } = positional(text, () => '?')
    return { statement: database.prepare(replaced), names }
  }
  const statements = [
    { ...prepare(lockText(ORDER_BY_KEY)), gives: true },
    ...writes.statements.map(({ text, gives }) => ({ ...prepare(text), gives })),
  ]
  return (order) => {
    const values = valuesOf(order, writes)
    for (const { statement, names, gives } of statements) {
      const given = names.map((name) => values[name] ?? null)
      if (gives) Object.assign(values, statement.get(...given))
      else statement.all(...given)
    }
  }
}

// Id counters of SQLite: with a single writer they are moved on inside the transaction, and once more after a rollback.
import type { IdCounter, ReserveIds } from '../store/index.ts'
import type { SqliteConnection } from './sqlite-connection.ts'

/** The rows of id_blocks as the lane keeps them true. */
export interface SavedCounters {
  readonly reserve: ReserveIds
  /**
   * Writes again what a rollback took away, before anybody hears of the rollback: the ids were seen by a handler.
   *
   * @throws AppError when the store fails; nothing is forgotten then, and the next call writes it
   */
  saveLost(): void
  /** What was reserved is in the file now. */
  committed(): void
}

const RESERVE = `insert into id_blocks (project_id, kind, next_id) values (?, ?, ?)
  on conflict (project_id, kind) do update set next_id = next_id + ? returning next_id`
const SAVE = `insert into id_blocks (project_id, kind, next_id) values (?, ?, ?)
  on conflict (project_id, kind) do update set next_id = max(next_id, excluded.next_id)`

/** Makes them for the one connection that writes. */
export function makeSavedCounters(connection: SqliteConnection): SavedCounters {
  const unsaved = new Map<string, { readonly counter: IdCounter; readonly nextId: number }>()
  return {
    reserve: async (counter, count) => {
      const values = [counter.projectId, counter.kind, counter.first + count, count]
      const [row] = connection.run(RESERVE, values) as readonly { readonly next_id: number }[]
      if (row === undefined) throw new Error('SQLite gave no row back for a reservation of ids.')
      unsaved.set(`${counter.projectId}:${counter.kind}`, { counter, nextId: row.next_id })
      return row.next_id
    },
    saveLost: () => {
      for (const { counter, nextId } of unsaved.values()) {
        connection.run(SAVE, [counter.projectId, counter.kind, nextId])
      }
      if (!connection.raw.isTransaction) unsaved.clear()
    },
    committed: () => unsaved.clear(),
  }
}

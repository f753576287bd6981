// Looks into the store of a run from outside, beside or after the servers: what is claimed, and what the attempt log says.
import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'

/** One line of the log, with the id that the listener saw. */
export interface LoggedAttempt {
  readonly webhookId: string
  readonly outcome: string
  readonly status: number | null
  readonly startedAt: number
  readonly endedAt: number
}

/** Reads rows by one statement that both engines understand. */
export interface RowReader {
  rows(text: string): Promise<readonly Readonly<Record<string, unknown>>[]>
}

/** Reads the file of a SQLite store; a connection for each look, because servers come and go. */
export function sqliteReader(path: string): RowReader {
  return {
    rows: async (text) => {
      const db = new DatabaseSync(path, { readOnly: true })
      try {
        return db.prepare(text).all() as Readonly<Record<string, unknown>>[]
      } finally {
        db.close()
      }
    },
  }
}

/** Reads a PostgreSQL store. */
export function postgresReader(url: string): RowReader {
  return {
    rows: async (text) => {
      const client = new pg.Client(url)
      client.on('error', () => undefined)
      await client.connect()
      try {
        return (await client.query(text)).rows as Readonly<Record<string, unknown>>[]
      } finally {
        await client.end()
      }
    },
  }
}

/** Ids, as the listener sees them, of the deliveries that are being sent now by somebody. */
export async function claimedIds(reader: RowReader): Promise<readonly string[]> {
  const rows = await reader.rows(`select notification_id from deliveries where state = 'claimed'`)
  return rows.map((row) => `msg_${row.notification_id}`)
}

/** How many deliveries are in each state. */
export async function stateCounts(reader: RowReader): Promise<ReadonlyMap<string, number>> {
  const rows = await reader.rows('select state, count(*) as count from deliveries group by state')
  return new Map(rows.map((row) => [String(row.state), Number(row.count)]))
}

/** The whole log. */
export async function loggedAttempts(reader: RowReader): Promise<readonly LoggedAttempt[]> {
  const rows = await reader.rows(`select d.notification_id, a.outcome, a.status, a.started_at, a.ended_at
    from attempts a join deliveries d on d.project_id = a.project_id and d.id = a.delivery_id`)
  return rows.map((row) => ({
    webhookId: `msg_${row.notification_id}`,
    outcome: String(row.outcome),
    status: row.status === null ? null : Number(row.status),
    startedAt: Number(row.started_at),
    endedAt: Number(row.ended_at),
  }))
}

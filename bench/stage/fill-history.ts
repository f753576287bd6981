// Puts a long history into a store of the bench, a share of it into each project.
import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'
import { type SeededStore, seedHistory } from '../../packages/server/src/webhooks/testing/seed-history.ts'
import { type Place, queryOnce } from './databases.ts'
import { projectIds } from './seed.ts'

/** How much history, over so many projects. */
export interface BenchHistory {
  readonly projects: number
  readonly waiting: number
  readonly finished: number
}

/** Fills a place that nobody has open. */
export async function fillHistory(place: Place, history: BenchHistory, report: (line: string) => void): Promise<void> {
  const { projects, waiting, finished } = history
  await withSeededStore(place, async (store) => {
    for (const projectId of projectIds(projects)) {
      const share = { projectId, waiting: waiting / projects, finished: finished / projects }
      await seedHistory(store, share)
      report(`history of project ${projectId}: ${share.finished} finished, ${share.waiting} waiting`)
    }
  })
  if (place.engine === 'postgres') await queryOnce(place.url, 'vacuum analyze', 'checkpoint')
}

async function withSeededStore(place: Place, act: (store: SeededStore) => Promise<void>): Promise<void> {
  if (place.engine === 'sqlite') {
    const database = new DatabaseSync(place.path)
    database.exec('pragma synchronous = off')
    await act({ engine: 'sqlite', run: async (text) => database.prepare(text).all(), isConcurrent: false })
    database.close()
    return
  }
  const client = new pg.Client({ connectionString: place.url })
  await client.connect()
  await act({ engine: 'postgres', run: async (text) => (await client.query(text)).rows, isConcurrent: false })
  await client.end()
}

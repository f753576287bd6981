// Puts a long history into a store of the bench, a share of it into each project.
import { seedHistory } from '../../packages/server/src/webhooks/testing/seed-history.ts'
import { type Place, queryOnce } from './databases.ts'
import { withRawStore } from './raw-store.ts'
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
  await withRawStore(place, async (raw) => {
    const store = { ...raw, isConcurrent: false }
    for (const projectId of projectIds(projects)) {
      const share = { projectId, waiting: waiting / projects, finished: finished / projects }
      await seedHistory(store, share)
      report(`history of project ${projectId}: ${share.finished} finished, ${share.waiting} waiting`)
    }
  })
  if (place.engine === 'postgres') await queryOnce(place.url, 'vacuum analyze', 'checkpoint')
}

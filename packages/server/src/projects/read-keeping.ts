// How long each project keeps what it leaves behind.
import type { Kysely } from 'kysely'
import type { Tables } from '../platform/store/index.ts'
import { parseProjectSettings } from './parse-project-settings.ts'

/** One project; `detailsKeptDays` null: as the operator chose. `historyAgeMs`: how long clients may read publications again. */
export interface ProjectKeeping {
  readonly projectId: number
  readonly detailsKeptDays: number | null
  readonly historyAgeMs: number
}

/** Projects with ids above `afterId`, ascending, at most `max`. */
export async function readKeeping(
  read: Kysely<Tables>,
  afterId: number,
  max: number,
): Promise<readonly ProjectKeeping[]> {
  const rows = await read
    .selectFrom('projects')
    .select(['id', 'settings'])
    .where('id', '>', afterId)
    .orderBy('id')
    .limit(max)
    .execute()
  return rows.map(({ id, settings }) => {
    const { webhookDetailsKeptDays, historyAgeMsMax } = parseProjectSettings(settings)
    return { projectId: id, detailsKeptDays: webhookDetailsKeptDays, historyAgeMs: historyAgeMsMax }
  })
}

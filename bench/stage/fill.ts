// Puts a history into a store by SQL: deliveries that wait for a later time, and finished ones whose bodies were retired.
import { DatabaseSync } from 'node:sqlite'
import { SCHEDULES } from '../../packages/core/src/index.ts'
import { type Place, queryOnce } from './databases.ts'
import { projectIds } from './seed.ts'

/** How much history, over so many projects. */
export interface History {
  readonly projects: number
  readonly waiting: number
  readonly finished: number
}

/** Far from what commands give out. */
const FIRST_ID = 2_000_000_000
const FIRST_ORDER_ID = 1_000_000_000
const ROWS_AT_ONCE = 500_000
const HOUR_MS = 3_600_000
const BODY_CHARS = 1_200

/** Fills a place that nobody has open. Both engines are filled by the same statements. */
export async function fillHistory(place: Place, history: History, report: (line: string) => void): Promise<void> {
  const now = Date.now()
  const [firstProject = 0] = projectIds(history.projects)
  const kinds = [
    { name: 'waiting', first: 0, count: history.waiting, values: waitingValues(now) },
    { name: 'finished', first: history.waiting, count: history.finished, values: finishedValues(now) },
  ]
  for (const { name, first, count, values } of kinds) {
    for (let done = 0; done < count; done += ROWS_AT_ONCE) {
      const rows = Math.min(ROWS_AT_ONCE, count - done)
      await execute(
        place,
        statements({ first: first + done, rows, firstProject, projects: history.projects, now, values }),
      )
      report(`${done + rows} of ${count} ${name} deliveries`)
    }
  }
  await execute(
    place,
    place.engine === 'postgres' ? ['vacuum analyze', 'checkpoint'] : ['pragma wal_checkpoint(truncate)'],
  )
}

/** What differs between the two kinds, as SQL. */
interface KindValues {
  readonly state: string
  readonly position: number
  readonly dueAt: string
  readonly attempts: number
  readonly status: number
  readonly endedBy: string
  readonly endedAt: string
  readonly body: string
  readonly outcome: string
}

/** Tried three times, to be tried again in one to twelve hours. */
function waitingValues(now: number): KindValues {
  const dueAt = `${now + HOUR_MS} + i % ${11 * HOUR_MS}`
  const body = `'${'x'.repeat(BODY_CHARS)}'`
  return {
    state: 'due',
    position: 3,
    dueAt,
    attempts: 3,
    status: 503,
    endedBy: 'null',
    endedAt: 'null',
    body,
    outcome: 'retry',
  }
}

function finishedValues(now: number): KindValues {
  const ends = { endedBy: `'automatic'`, endedAt: `${now - HOUR_MS}` }
  return {
    state: 'accepted',
    position: 0,
    dueAt: 'null',
    attempts: 1,
    status: 204,
    ...ends,
    body: `''`,
    outcome: 'accepted',
  }
}

interface Rows {
  readonly first: number
  readonly rows: number
  readonly firstProject: number
  readonly projects: number
  readonly now: number
  readonly values: KindValues
}

function statements({ first, rows, firstProject, projects, now, values }: Rows): readonly string[] {
  const numbers = `with recursive n (i) as (select ${first} union all select i + 1 from n where i < ${first + rows - 1})`
  const project = `${firstProject} + i % ${projects}`
  const id = `${FIRST_ID} + i`
  const order = `${FIRST_ORDER_ID} + i`
  const began = now - 2 * HOUR_MS
  const offsets = JSON.stringify(SCHEDULES.order_paid)
  return [
    `insert into notifications (project_id, id, order_id, type, mode, version, route, party_kind, party_id, transaction_id, body, created_at)
     ${numbers} select ${project}, ${id}, ${order}, 'order_paid', 'combined', 1, 'webhook', 'user', 'player-1', null, ${values.body}, ${began} from n`,
    `insert into deliveries (project_id, id, notification_id, order_id, type, mode, line, predecessor_id, state, offsets, position, first_attempt_at, due_at, lease_owner, lease_token, lease_until, attempt_count, crash_resends, last_status, ended_by, created_at, ended_at)
     ${numbers} select ${project}, ${id}, ${id}, ${order}, 'order_paid', 'combined', 1, null, '${values.state}', '${offsets}', ${values.position}, ${began}, ${values.dueAt}, null, ${values.attempts}, null, ${values.attempts}, 0, ${values.status}, ${values.endedBy}, ${began}, ${values.endedAt} from n`,
    `insert into attempts (project_id, delivery_id, number, order_id, kind, position, is_late, requested_by, url, started_at, ended_at, outcome, status, failure, request_headers, response_headers, response_body)
     ${numbers} select ${project}, ${id}, 1, ${order}, 'automatic', 0, 0, null, 'http://127.0.0.1/', ${began}, ${began + 5}, '${values.outcome}', ${values.status}, null, '{}', '{}', '' from n`,
  ]
}

async function execute(place: Place, texts: readonly string[]): Promise<void> {
  if (place.engine === 'postgres') return queryOnce(place.url, ...texts)
  const database = new DatabaseSync(place.path)
  database.exec('pragma synchronous = off')
  for (const text of texts) database.exec(text)
  database.close()
}

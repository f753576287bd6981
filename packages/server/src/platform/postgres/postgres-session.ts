// One connection that writes, with Kysely on top of it; it remembers whether it failed and whether it may be used again.
import { Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient } from 'kysely'
import pg from 'pg'
import { type Clock, systemClock } from '../clock.ts'
import type { Tables } from '../store/index.ts'
import { type ArrayKinds, arrayKindsOf, withBinaryArrays } from './array-parameters.ts'
import { makePlanAge, type PlanAge, RENEW_PLANS } from './plan-age.ts'
import { endsConnection, isConflict, postgresFailure } from './postgres-errors.ts'
import { PREPARED_MAX, statementName } from './prepared-texts.ts'

/** What a statement gives back. */
export interface StatementResult {
  readonly command: string
  readonly rows: readonly unknown[]
}

/** An open connection. Statements may be asked for before the one before is answered; they run in that order. */
export interface PostgresSession {
  readonly db: Kysely<Tables>
  readonly isUsable: boolean
  /** The first statement that failed since this was last set to null: an AppError, a conflict, or what PostgreSQL said. */
  failure: unknown
  query(text: string): Promise<StatementResult>
  /** A statement that comes again and again with other values: PostgreSQL parses it once, and plans it seldom. */
  queryPrepared(text: string, values: readonly unknown[]): Promise<StatementResult>
  /** Posts that plans be made anew where those that are kept are too old. To be called before each transaction. */
  renewPlans(): void
  /** Says goodbye; a server that does not answer is left after a moment. */
  end(): Promise<void>
}

const GOODBYE_MS_MAX = 2_000
/**
 * An installation may have synchronous_commit off; then a confirmed order could be lost in a crash of the server.
 *
 * Plans of prepared statements are kept: to make them took a quarter of PostgreSQL's time. They fit whatever values come, because those
 * texts find their rows by keys and have all else written out.
 */
const PREPARE_SESSION = `${planFor('any')};
  select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off'`

/** Prepared statements are few and fixed; should somebody build texts without end, the rest goes unprepared. */
const prepared = new Map<string, PreparedText>()
const UNPREPARED: PreparedText = { name: undefined, arrays: [] }

/** A text as the connections know it. `name` undefined: not to be prepared. */
interface PreparedText {
  readonly name: string | undefined
  readonly arrays: ArrayKinds
}

/**
 * Connects.
 *
 * @throws AppError store_unavailable
 */
export async function connectSession(
  settings: pg.ClientConfig,
  clock: Pick<Clock, 'monotonic'> = systemClock(),
): Promise<PostgresSession> {
  const client = new pg.Client({ ...settings, pipeline: true })
  const session = sessionOver(client, makePlanAge(clock))
  try {
    await client.connect()
  } catch (error) {
    throw postgresFailure(error)
  }
  await session.query(PREPARE_SESSION)
  return session
}

function sessionOver(client: pg.Client, planAge: PlanAge): PostgresSession {
  let isUsable = true
  const discard = (): void => {
    isUsable = false
    client.connection.stream.destroy()
  }
  // Without a listener the loss of an idle connection would end the process.
  client.on('error', discard)
  client.on('end', discard)
  const attempt = async <Result>(query: () => Promise<Result>): Promise<Result> => {
    try {
      sendTogether(client)
      return await query()
    } catch (error) {
      if (endsConnection(error)) discard()
      const failure = isConflict(error) ? error : postgresFailure(error)
      session.failure ??= failure
      throw failure
    }
  }
  const query = (text: string): Promise<pg.QueryResult> => attempt(() => client.query(text))
  // A failure is the session's, which remembers it.
  const post = (text: string): void => void query(text).catch(() => {})
  const queryOnce = (text: string, values: readonly unknown[]): Promise<pg.QueryResult> => {
    post(planFor('these'))
    const answer = attempt(() => client.query(text, [...values]))
    post(planFor('any'))
    return answer
  }
  const session: PostgresSession = {
    db: kyselyOver(queryOnce),
    get isUsable() {
      return isUsable
    },
    failure: null,
    query,
    queryPrepared: (text, values) => {
      const { name, arrays } = preparedText(text)
      return attempt(() => client.query({ name, text, values: withBinaryArrays(arrays, values) }))
    },
    renewPlans: () => {
      if (planAge.isOver()) post(RENEW_PLANS)
    },
    end: async () => {
      const patience = setTimeout(discard, GOODBYE_MS_MAX)
      if (isUsable) await client.end().catch(() => {})
      clearTimeout(patience)
      isUsable = false
    },
  }
  return session
}

/** What is asked for in one turn goes out in one write: a write to a socket costs as much as many small statements. */
function sendTogether({ connection: { stream } }: pg.Client): void {
  stream.cork()
  process.nextTick(() => stream.uncork())
}

/** Kysely wants a pool; ours has one client, which is always the same. */
function kyselyOver(query: (text: string, values: readonly unknown[]) => Promise<pg.QueryResult>): Kysely<Tables> {
  const client = { query, release: () => {} } as unknown as PostgresPoolClient
  const pool: PostgresPool = { connect: async () => client, end: async () => {}, options: {} }
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
}

function preparedText(text: string): PreparedText {
  const known = prepared.get(text)
  if (known !== undefined || prepared.size >= PREPARED_MAX) return known ?? UNPREPARED
  const made = { name: statementName(text), arrays: arrayKindsOf(text) }
  prepared.set(text, made)
  return made
}

/** Sets whether a statement is planned for the values it comes with, or for any. */
function planFor(values: 'these' | 'any'): string {
  return `set plan_cache_mode = force_${values === 'these' ? 'custom' : 'generic'}_plan`
}

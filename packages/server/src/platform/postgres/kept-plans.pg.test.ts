// Plans of prepared statements are kept for a while; those of other statements are made for the values they come with.
import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { sql } from 'kysely'
import { type ManualClock, manualClock } from '../clock.ts'
import { openTestDatabase, TEST_DATABASE_URL } from '../store/testing/index.ts'
import { servingSettings } from './connection-settings.ts'
import { connectSession, type PostgresSession } from './postgres-session.ts'

const withServer = TEST_DATABASE_URL === undefined ? { skip: 'TEST_DATABASE_URL is not set' } : {}

/** The planner calls what it believes to be constant, so that each plan holds its own number. */
const NUMBER_PLANS = `create sequence plans;
  create function plan_number() returns bigint language plpgsql immutable as 'begin return nextval(''plans''); end'`

async function givenSession(
  t: TestContext,
): Promise<{ readonly session: PostgresSession; readonly clock: ManualClock }> {
  const { url, drop } = await openTestDatabase(TEST_DATABASE_URL ?? '')
  t.after(drop)
  const clock = manualClock(0)
  const session = await connectSession(servingSettings(url), clock)
  t.after(() => session.end())
  await session.query(NUMBER_PLANS)
  return { session, clock }
}

/** Number of the plan that the statement ran with, in a transaction of its own. */
async function planOf(session: PostgresSession, text: string, values: readonly unknown[]): Promise<unknown> {
  session.renewPlans()
  await session.query('begin')
  const { rows } = await session.queryPrepared(text, values)
  await session.query('commit')
  return (rows[0] as { readonly plan: unknown }).plan
}

for (const [what, text, values] of [
  ['with values', 'select plan_number() as plan from unnest($1::bigint[])', [[1]]],
  ['without values', 'select plan_number() as plan', []],
] as const) {
  test(`a prepared statement ${what} keeps its plan until that is too old`, withServer, async (t) => {
    const { session, clock } = await givenSession(t)
    const plans = [await planOf(session, text, values), await planOf(session, text, values)]
    clock.advance(5_000)
    plans.push(await planOf(session, text, values), await planOf(session, text, values))
    assert.deepEqual(plans, [1, 1, 2, 2])
  })
}

test(
  'a statement that was not prepared is planned for its values, and prepared ones for any after it',
  withServer,
  async (t) => {
    const { session } = await givenSession(t)
    await session.query('begin')
    const explain = sql<{ 'QUERY PLAN': string }>`explain select 1 from deliveries where state = ${'due'}`
    const { rows } = await explain.execute(session.db)
    assert.match(rows.map((row) => row['QUERY PLAN']).join('\n'), /'due'/)
    const { rows: shown } = await session.query('show plan_cache_mode')
    await session.query('commit')
    assert.deepEqual(shown, [{ plan_cache_mode: 'force_generic_plan' }])
  },
)

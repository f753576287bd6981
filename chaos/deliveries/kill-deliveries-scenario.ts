// `npm run chaos -- kill-deliveries`: kill -9 of servers and PostgreSQL in the middle of deliveries.
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makePrivatePostgres } from '../../packages/server/src/platform/store/testing/private-postgres.ts'
import { countOption, type Scenario, type ScenarioOutcome } from '../scenario.ts'
import { postgresReader, sqliteReader } from './delivery-rows.ts'
import { type DeliveriesPlace, type KillDeliveriesOutcome, killDeliveries } from './kill-deliveries.ts'
import { RETURN_MS_MAX } from './lease-returns.ts'

const ROUNDS = 40
const EVENTS = 20_000
const CALLERS = 16

/** The scenario. */
export const killDeliveriesScenario: Scenario = {
  usage: 'kill-deliveries [--rounds N] [--events N] [--store sqlite|postgres] [--seed N]',
  async run({ options, random, report }) {
    const rounds = countOption(options, 'rounds', ROUNDS)
    const events = countOption(options, 'events', EVENTS)
    const callers = countOption(options, 'callers', CALLERS)
    const { place, close } = options.store === 'postgres' ? await postgresPlace() : await sqlitePlace()
    const startedAt = performance.now()
    try {
      const outcome = await killDeliveries({ place, rounds, events, callers, random, report })
      const seconds = (performance.now() - startedAt) / 1_000
      return {
        figures: figuresOf(outcome, { store: options.store ?? 'sqlite', seconds }),
        violations: violationsOf(outcome),
      }
    } finally {
      await close()
    }
  },
}

interface OpenPlace {
  readonly place: DeliveriesPlace
  close(): Promise<void>
}

async function sqlitePlace(): Promise<OpenPlace> {
  const folder = await mkdtemp(join(tmpdir(), 'ordertrail-kill-'))
  const reader = sqliteReader(join(folder, 'ordertrail.db'))
  const file = await open(join(folder, 'observer'), 'w')
  const commit = async (): Promise<void> => {
    await file.write('.')
    await file.sync()
  }
  const place = { store: { path: folder }, reader, commit, nodes: 1, killDatabase: null }
  const close = async (): Promise<void> => {
    await file.close()
    await rm(folder, { recursive: true, force: true })
  }
  return { place, close }
}

/** Two servers on a PostgreSQL of the run's own, which waits for the disk as a real one does. */
async function postgresPlace(): Promise<OpenPlace> {
  const database = makePrivatePostgres()
  if (database === undefined)
    throw new Error('There is no PostgreSQL on this machine; npm brings one, see CONTRIBUTING.md.')
  await database.start()
  const killDatabase = async (): Promise<void> => {
    await database.kill()
    await database.start()
  }
  const store = { databaseUrl: database.url }
  const reader = postgresReader(database.url)
  // A message in the log of PostgreSQL waits for the disk like any commit, and leaves no row.
  const commit = () => reader.rows(`select pg_logical_emit_message(true, 'observer', '.')`)
  const place = { store, reader, commit, nodes: 2, killDatabase }
  return { place, close: () => database.remove() }
}

function violationsOf(outcome: KillDeliveriesOutcome): readonly string[] {
  const { lost, outOfOrder, duplicates, inFlight, slowRecords, logDifferences, unended, overdueMsMax, examples } =
    outcome
  return [
    ...(lost > 0 ? [`${lost} webhooks were lost`] : []),
    ...(outOfOrder > 0 ? [`${outOfOrder} webhooks came out of order`] : []),
    ...(duplicates > inFlight + slowRecords
      ? [
          `${duplicates} duplicates, but only ${inFlight + slowRecords} were in flight at the kills or recorded too late`,
        ]
      : []),
    ...(logDifferences > 0 ? [`${logDifferences} deliveries have another log than what was heard`] : []),
    ...(unended > 0 ? [`${unended} deliveries did not end`] : []),
    ...(overdueMsMax > RETURN_MS_MAX
      ? [`a lease that could be taken back lay about for ${overdueMsMax} ms, more than ${RETURN_MS_MAX}`]
      : []),
    ...examples,
  ]
}

function figuresOf(
  outcome: KillDeliveriesOutcome,
  { store, seconds }: { readonly store: string; readonly seconds: number },
): ScenarioOutcome['figures'] {
  const { kills } = outcome
  return [
    [`kill-deliveries on ${store}`, ''],
    ['kills of the server', kills.server],
    ['kills of a second server', kills['second server']],
    ['kills of PostgreSQL', kills.database],
    ['webhooks owed by what was confirmed', outcome.owed],
    ['POSTs heard', outcome.posts],
    ['lost', outcome.lost],
    ['out of order (order_paid before payment among them)', outcome.outOfOrder],
    ['in flight at the kills', outcome.inFlight],
    ['duplicates', outcome.duplicates],
    ['attempts logged as crashed or late', outcome.crashes],
    ['leases that were over without a kill', outcome.slowRecords],
    ['deliveries whose log differs from what was heard', outcome.logDifferences],
    ['longest until a lease was taken back, ms', outcome.leaseReturnMsMax],
    ['longest that it could have been taken back before, ms', outcome.overdueMsMax],
    ['seconds that the observer waited for the machine', (outcome.stalledMs / 1_000).toFixed(1)],
    ['seconds', seconds.toFixed(1)],
  ]
}

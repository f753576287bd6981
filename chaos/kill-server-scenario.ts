// `npm run chaos -- kill-server`: kills the server until somebody loses something.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { killServer } from './kill-server.ts'
import { countOption, type Scenario } from './scenario.ts'

const ROUNDS = 50
const CALLERS = 16

/** The scenario. */
export const killServerScenario: Scenario = {
  usage: 'kill-server [--rounds N] [--callers N] [--seed N] [--database-url URL]',
  async run({ options, random, report }) {
    const folder = await mkdtemp(join(tmpdir(), 'ordertrail-chaos-'))
    const databaseUrl = options['database-url']
    try {
      const outcome = await killServer({
        store: databaseUrl === undefined ? { path: folder } : { databaseUrl },
        rounds: countOption(options, 'rounds', ROUNDS),
        callers: countOption(options, 'callers', CALLERS),
        random,
        report,
      })
      const { rounds, acknowledgedOrders, acknowledgedPayments, doubleGrants, violations } = outcome
      const doubles = doubleGrants === 0 ? [] : [`${doubleGrants} orders were granted more than once`]
      return {
        figures: [
          ['kills', rounds],
          ['orders acknowledged', acknowledgedOrders],
          ['payments acknowledged', acknowledgedPayments],
          ['double grants', doubleGrants],
        ],
        violations: [...violations, ...doubles],
      }
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
}

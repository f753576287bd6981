// `npm run chaos -- kill-server [--rounds N] [--callers N] [--seed N] [--database-url URL]`: kills the server until somebody loses something.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type KillOutcome, killServer } from './kill-server.ts'
import { seededRandom } from './seeded-random.ts'

const SEED_MAX = 2 ** 31

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '50' },
    callers: { type: 'string', default: '16' },
    seed: { type: 'string' },
    'database-url': { type: 'string' },
  },
})

async function main(): Promise<number> {
  if (positionals[0] !== 'kill-server') {
    console.error('Usage: npm run chaos -- kill-server [--rounds N] [--callers N] [--seed N] [--database-url URL]')
    return 1
  }
  const seed = Number(values.seed ?? Math.floor(Math.random() * SEED_MAX))
  const folder = await mkdtemp(join(tmpdir(), 'ordertrail-chaos-'))
  const databaseUrl = values['database-url']
  try {
    const outcome = await killServer({
      store: databaseUrl === undefined ? { path: folder } : { databaseUrl },
      rounds: Number(values.rounds),
      callers: Number(values.callers),
      random: seededRandom(seed),
      report: (line) => console.log(line),
    })
    return report(outcome, seed)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function report(outcome: KillOutcome, seed: number): number {
  for (const violation of outcome.violations) console.error(`VIOLATION  ${violation}`)
  console.log(
    `seed ${seed}: ${outcome.rounds} kills, ${outcome.acknowledgedOrders} orders and ${outcome.acknowledgedPayments} payments acknowledged, ` +
      `${outcome.violations.length} violations, ${outcome.doubleGrants} double grants`,
  )
  return outcome.violations.length === 0 && outcome.doubleGrants === 0 ? 0 : 1
}

process.exitCode = await main()

// `npm run chaos -- tracking`: the client package follows orders while everything around it breaks.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { countOption, type Scenario } from '../scenario.ts'
import { trackInBadWeather, type WeatherOutcome } from './track-in-bad-weather.ts'

/** Each has a server of its own and 50 trackings: 1,000 together. */
const ROUNDS = 20
const PLAYERS = 5
const ORDERS_PER_PLAYER = 10
const SPREAD_MS = 5_000

/** The scenario. */
export const trackingScenario: Scenario = {
  usage: 'tracking [--rounds N] [--seed N]',
  async run({ options, random, report }) {
    const rounds = countOption(options, 'rounds', ROUNDS)
    const startedAt = performance.now()
    const outcomes: WeatherOutcome[] = []
    for (let round = 1; round <= rounds; round += 1) {
      const outcome = await oneRound(random)
      outcomes.push(outcome)
      report(`round ${round} of ${rounds}: ${JSON.stringify(outcome.byOutcome)}`)
    }
    const sum = (count: (outcome: WeatherOutcome) => number): number =>
      outcomes.reduce((total, outcome) => total + count(outcome), 0)
    const ended = (kind: string): number => sum(({ byOutcome }) => byOutcome[kind] ?? 0)
    return {
      figures: [
        ['trackings', sum(({ trackings }) => trackings)],
        ...['done', 'canceled', 'timeout'].map((kind) => [`ended ${kind}`, ended(kind)] as const),
        ['servers killed', sum(({ kills }) => kills)],
        ['wires cut', sum(({ cuts }) => cuts)],
        ['clocks moved', sum(({ clockJumps }) => clockJumps)],
        ['tokens that ran out', sum(({ renewedTokens }) => renewedTokens)],
        ['statuses that came by socket', sum(({ statusesBySocket }) => statusesBySocket)],
        ['seconds', Math.round((performance.now() - startedAt) / 1_000)],
      ],
      violations: outcomes.flatMap(({ violations }) => violations),
    }
  },
}

async function oneRound(random: () => number): Promise<WeatherOutcome> {
  const path = await mkdtemp(join(tmpdir(), 'ordertrail-tracking-'))
  try {
    const load = { players: PLAYERS, ordersPerPlayer: ORDERS_PER_PLAYER, spreadMs: SPREAD_MS }
    return await trackInBadWeather({ path, random, ...load })
  } finally {
    await rm(path, { recursive: true, force: true })
  }
}

// `npm run chaos -- chains`: the rules of statuses, chains and settings over random lives of orders.
import { countOption, type Scenario, storeOption } from '../scenario.ts'
import { runChains } from './run-chains.ts'

const ORDERS = 100_000

/** The scenario. */
export const chainsScenario: Scenario = {
  usage: 'chains [--orders N] [--store sqlite|postgres] [--seed N]',
  async run({ options, random, report }) {
    const { name, open } = storeOption(options)
    const startedAt = performance.now()
    const outcome = await runChains({ open, orders: countOption(options, 'orders', ORDERS), random, report })
    const seconds = (performance.now() - startedAt) / 1_000
    return {
      figures: [
        [`chains on ${name}`, ''],
        ['orders', outcome.orders],
        ...sorted(outcome.statuses).map(([status, count]): [string, number] => [`  that ended ${status}`, count]),
        ['acts', outcome.acts],
        ['POSTs', outcome.posts],
        ['  of them by hand', outcome.manual],
        ['events', outcome.events],
        ...sorted(outcome.ends).map(([state, count]): [string, number] => [`deliveries ${state}`, count]),
        ['seconds', seconds.toFixed(1)],
        ['orders a second', Math.round(outcome.orders / seconds)],
      ],
      violations: outcome.violations,
    }
  },
}

function sorted(counts: ReadonlyMap<string, number>): readonly (readonly [string, number])[] {
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1))
}

// `npm run chaos -- realtime`: random histories of clients whose nodes stop and die and whose broker loses.
import { countOption, type Scenario } from '../scenario.ts'
import { REALTIME_PLACES } from './open-realtime-place.ts'
import { runHistories } from './run-histories.ts'

const HISTORIES = 10_000

/** The scenario. */
export const realtimeScenario: Scenario = {
  usage: 'realtime [--histories N] [--store sqlite|postgres] [--seed N]',
  async run({ options, random, report }) {
    const name = options.store ?? 'sqlite'
    const open = REALTIME_PLACES[name]
    if (open === undefined) {
      throw new RangeError(`--store is one of ${Object.keys(REALTIME_PLACES).join(', ')}, got ${name}.`)
    }
    const histories = countOption(options, 'histories', HISTORIES)
    const startedAt = performance.now()
    const place = await open()
    try {
      const { violations, ...sums } = await runHistories({ place, histories, random, report })
      return {
        figures: [
          [`histories on ${name}`, histories],
          ['acts', sums.acts],
          ['statuses published', sums.published],
          ['statuses that clients had to get', sums.received],
          ['connections', sums.connections],
          ['of these recovered', sums.recovered],
          ['histories with a hole, a duplicate or without the last status', violations.length],
          ['seconds', ((performance.now() - startedAt) / 1_000).toFixed(1)],
        ],
        violations,
      }
    } finally {
      await place.stop()
    }
  },
}

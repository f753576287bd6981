// `npm run chaos -- mixed`: everything breaks while real clients buy, and every promise is looked at afterwards.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { countOption, type Scenario, type ScenarioRun } from '../scenario.ts'
import { seededRandom } from '../seeded-random.ts'
import { MIXED_BROKERS, MIXED_STORES, openMixedPlace } from './open-mixed-place.ts'
import { runMixed } from './run-mixed.ts'

const ROUNDS = 40

/** The scenario. */
export const mixedScenario: Scenario = {
  usage: 'mixed [--rounds N] [--store sqlite|postgres] [--broker nats|postgres] [--seed N]',
  async run({ seed, options, random, report }) {
    const store = oneOf(options, 'store', MIXED_STORES, 'sqlite')
    const broker = oneOf(options, 'broker', MIXED_BROKERS, 'nats')
    const rounds = countOption(options, 'rounds', ROUNDS)
    const startedAt = performance.now()
    const place = await openMixedPlace(store, broker)
    report(place.name)
    for (const what of place.leftOut) report(`left out: ${what}`)
    let isKept = true
    try {
      const outcome = await runMixed({ place, rounds, planned: random, random: seededRandom(seed + 1), report })
      isKept = outcome.violations.length > 0
      if (isKept) {
        writeFileSync(join(place.folder, 'violations.txt'), `seed ${seed}\n${outcome.violations.join('\n')}\n`)
        report(`all violations and the logs of the nodes are kept in ${place.folder}`)
      }
      const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1)
      return { figures: [[place.name, ''], ...outcome.figures, ['seconds', seconds]], violations: outcome.violations }
    } finally {
      await place.close(isKept)
    }
  },
}

/** @throws {RangeError} when the option names none of `names` */
function oneOf<Name extends string>(
  options: ScenarioRun['options'],
  option: string,
  names: readonly Name[],
  fallback: Name,
): Name {
  const given = options[option] ?? fallback
  const known = names.find((name) => name === given)
  if (known === undefined) throw new RangeError(`--${option} is one of ${names.join(', ')}, got ${given}.`)
  return known
}

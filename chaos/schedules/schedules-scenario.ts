// `npm run chaos -- schedules`: the rules of attempts over random histories, with a dispatcher that is always up and with outages.
import { countOption, type Scenario, type ScenarioOutcome, storeOption } from '../scenario.ts'
import { runSchedules } from './run-schedules.ts'
import type { ScheduleFigures } from './schedule-figures.ts'

const HISTORIES = 10_000

/** The scenario. */
export const schedulesScenario: Scenario = {
  usage: 'schedules [--histories N] [--store sqlite|postgres] [--seed N]',
  async run({ options, random, report }) {
    const { name, open } = storeOption(options)
    const histories = countOption(options, 'histories', HISTORIES)
    const startedAt = performance.now()
    const { up, troubled, violations } = await runSchedules({ open, histories, random, report })
    const seconds = (performance.now() - startedAt) / 1_000
    const ups = upViolations(up)
    return { figures: figuresOf({ store: name, up, troubled, seconds }), violations: [...violations, ...ups] }
  },
}

/** What must be 0 while a dispatcher is always up, counted apart from the comparison with the rules. */
function upViolations(up: ScheduleFigures): readonly string[] {
  const zeros = ['early', 'offOffset', 'beyondWindow', 'usedTwice', 'overCount', 'late', 'skipped'] as const
  return zeros.filter((name) => up[name] !== 0).map((name) => `${name} is ${up[name]} although the dispatcher was up`)
}

interface Told {
  readonly store: string
  readonly up: ScheduleFigures
  readonly troubled: ScheduleFigures
  readonly seconds: number
}

function figuresOf({ store, up, troubled, seconds }: Told): ScenarioOutcome['figures'] {
  const line = (name: string, member: keyof ScheduleFigures): [string, number, number] => [
    name,
    up[member],
    troubled[member],
  ]
  return [
    [`schedules on ${store}`, 'dispatcher up', 'outages and crashes'],
    line('histories', 'histories'),
    line('automatic attempts', 'attempts'),
    line('made before their time', 'early'),
    line('not at exactly their offset', 'offOffset'),
    line('positions used twice', 'usedTwice'),
    line('positions skipped', 'skipped'),
    line('attempts after the window', 'beyondWindow'),
    line('of these marked late', 'late'),
    line('senders that died', 'crashes'),
    line('deliveries with too many POSTs', 'overCount'),
    ['seconds', seconds.toFixed(1), ''],
  ]
}

// `npm run chaos -- hostile-answers`: what endless, dripping and exploding answers cost in memory and time.
import { countOption, type Scenario } from '../scenario.ts'
import { type AnswerCost, measureHostileAnswers } from './measure-hostile-answers.ts'

const EXCHANGES = 320
const GROWTH_MIB_MAX = 10
/** A deadline is kept by a timer of a busy process; more than this is no lateness of a timer. */
const OVERDUE_MS_MAX = 1_000
const DEADLINE_MS = 1_000

/** The scenario. */
export const hostileAnswersScenario: Scenario = {
  usage: 'hostile-answers [--exchanges N] [--deadline MS] [--growth-max MIB] [--overdue-max MS]',
  async run({ options }) {
    const growthMax = countOption(options, 'growth-max', GROWTH_MIB_MAX)
    const overdueMax = countOption(options, 'overdue-max', OVERDUE_MS_MAX)
    const costs = await measureHostileAnswers({
      exchanges: countOption(options, 'exchanges', EXCHANGES),
      deadlineMs: countOption(options, 'deadline', DEADLINE_MS),
    })
    return {
      figures: [
        ['answers', 'exchanges', 'memory growth MiB', 'beyond the deadline ms'],
        ...costs.map(
          ({ kind, exchanges, growthMib, overdueMs }) => [kind, exchanges, growthMib.toFixed(1), overdueMs] as const,
        ),
      ],
      violations: costs.flatMap((cost) => violationsOf(cost, growthMax, overdueMax)),
    }
  },
}

function violationsOf(
  { kind, growthMib, overdueMs }: AnswerCost,
  growthMax: number,
  overdueMax: number,
): readonly string[] {
  return [
    ...(growthMib < growthMax ? [] : [`${kind}: memory grew by ${growthMib} MiB, ${growthMax} are allowed`]),
    ...(overdueMs < overdueMax ? [] : [`${kind}: an exchange lasted ${overdueMs} ms beyond its deadline`]),
  ]
}

// What the parts of the question about realtime share.
import type { BenchRun, Figure } from '../frame/question.ts'
import type { Databases } from '../stage/databases.ts'
import type { ContenderName } from './contenders/start-contender.ts'

/** Everything a part needs. */
export interface RealtimeStage {
  readonly run: BenchRun
  readonly databases: Databases
}

/** One part; `--only` chooses by its name. */
export interface Part {
  readonly name: string
  /** What a reader must know to judge the figures. */
  readonly notes: (run: BenchRun) => readonly string[]
  readonly measure: (stage: RealtimeStage) => Promise<readonly Figure[]>
}

/** OrderTrail against each peer, round by round, because rounds share their minute. */
export function ratiosOf(what: string, rounds: ReadonlyMap<ContenderName, readonly number[]>): readonly Figure[] {
  const own = rounds.get('OrderTrail')
  if (own === undefined) return []
  return [...rounds].flatMap(([name, theirs]) => {
    if (name === 'OrderTrail') return []
    const ratios = own.map((value, round) => value / (theirs[round] ?? Number.NaN))
    return { name: `${what}, OrderTrail against ${name}`, unit: 'times', rounds: ratios, bar: null }
  })
}

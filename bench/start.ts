// How long does a test wait for its store? Asked of the emulator of @ordertrail/testing, in new processes.
import { startChild } from './frame/child.ts'
import type { Bar, BenchRun, Figure, Question } from './frame/question.ts'
import type { StartFigures } from './start/start-once.ts'

const PROCESSES = 15
const PROCESSES_QUICK = 3
const CHILD = new URL('./start/start-once.ts', import.meta.url).pathname

/** Names, in the order in which they are shown; the promise is about what a test calls first. */
const FIGURES: readonly (readonly [name: string, key: keyof StartFigures, bar: Bar | null])[] = [
  ['import of @ordertrail/testing', 'importMs', null],
  ['startEmulator(), the first in a process', 'firstMs', { kind: 'at_most', value: 1_000 }],
  ['startEmulator(), the second', 'secondMs', null],
  ['an order from createOrder() to done', 'orderMs', null],
  ['reset()', 'resetMs', null],
  ['stop()', 'stopMs', null],
]

/** The question. */
export const start: Question = {
  title: 'Time until a test has a store of its own',
  ask: async (run) => {
    const rounds = await measure(run)
    return {
      figures: FIGURES.map(
        ([name, key, bar]): Figure => ({ name, unit: 'ms', rounds: rounds.map((each) => each[key]), bar }),
      ),
      notes: [
        `${rounds.length} processes one after the other, each loading the sources as they are: types are stripped on the way. The packed`,
        'package is plain JavaScript and starts faster.',
      ],
    }
  },
}

async function measure({ isQuick, rounds: asked, report }: BenchRun): Promise<readonly StartFigures[]> {
  const rounds: StartFigures[] = []
  for (let round = 0; round < (asked ?? (isQuick ? PROCESSES_QUICK : PROCESSES)); round += 1) {
    const child = await startChild<never, StartFigures>(CHILD, {})
    await child.stop()
    rounds.push(child.first)
    report(`process ${round + 1}: ${Math.round(child.first.firstMs)} ms`)
  }
  return rounds
}

// Lets a set-based handler take inputs that name the same thing several times.
import type { GroupHandler } from '../platform/store/index.ts'

/**
 * Runs `handle` in rounds in which each key stands once at most, and answers in the order of the inputs.
 *
 * A group of commands holds an order once; who calls a handler inside a transaction of its own may hold it more often.
 */
export function inRounds<Input, Result>(
  keyOf: (input: NoInfer<Input>) => string,
  handle: GroupHandler<Input, Result>,
): GroupHandler<Input, Result> {
  return async (tx, inputs) => {
    const rounds = splitByKey(inputs.map(keyOf))
    if (rounds.length === 1) return handle(tx, inputs)
    const results = new Map<number, Result>()
    for (const round of rounds) {
      const chosen = round.map((index) => inputs[index] as Input)
      const answers = await handle(tx, chosen)
      for (const [place, index] of round.entries()) results.set(index, answers[place] as Result)
    }
    return inputs.map((_, index) => results.get(index) as Result)
  }
}

/** Indexes of `keys` in rounds: the first of each key, then the second of each, and so on. */
function splitByKey(keys: readonly string[]): readonly (readonly number[])[] {
  const rounds: number[][] = []
  const seen = new Map<string, number>()
  keys.forEach((key, index) => {
    const round = seen.get(key) ?? 0
    seen.set(key, round + 1)
    rounds[round] ??= []
    rounds[round].push(index)
  })
  return rounds
}

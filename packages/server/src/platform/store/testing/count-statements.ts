// Counts the statements of a handler, to show that a group takes as many as one input.
import type { GroupHandler, Tx } from '../index.ts'

/** Makes a handler of one group that runs `handle` and gives the number of its statements, built and hand-written ones alike. */
export function countStatements<Input, Result>(
  handle: GroupHandler<Input, Result>,
): (tx: Tx, inputs: readonly Input[]) => Promise<number> {
  return async (tx, inputs) => {
    let count = 0
    const runText: Tx['runText'] = (text, values) => {
      count += 1
      return tx.runText(text, values)
    }
    const postText: Tx['postText'] = (text, values) => {
      count += 1
      return tx.postText(text, values)
    }
    const db = tx.db.withPlugin({
      transformQuery: ({ node }) => {
        count += 1
        return node
      },
      transformResult: async ({ result }) => result,
    })
    await handle({ ...tx, runText, postText, db }, inputs)
    return count
  }
}

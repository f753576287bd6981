// Rows whose key holds texts, for a group at once: one statement on PostgreSQL, a prepared one in a loop on SQLite.
import { runEach, runText, type Tx } from '../platform/store/index.ts'

/** A key: the project, and one text for each further column. */
export type TextKey = readonly [projectId: number, ...texts: string[]]

/**
 * Rows that `select … from … where` and the key's columns give; equal keys are asked for once.
 *
 * @param head everything before the condition on the key, ending in `where` or `and`
 * @param columns of the key, the project first
 * @param tail what follows the condition, such as `group by`; on SQLite it is applied to each key alone
 */
export async function selectByText<Result>(
  tx: Tx,
  query: { readonly head: string; readonly columns: readonly string[]; readonly tail?: string },
  keys: readonly TextKey[],
): Promise<readonly Result[]> {
  const unique = [...new Map(keys.map((key) => [JSON.stringify(key), key])).values()]
  if (unique.length === 0) return []
  const { head, columns, tail = '' } = query
  const names = columns.join(', ')
  if (tx.engine === 'postgres') {
    const arrays = columns.map((_, index) => `$${index + 1}::${index === 0 ? 'bigint' : 'text'}[]`).join(', ')
    const values = columns.map((_, column) => unique.map((key) => key[column]))
    return runText(tx, `${head} (${names}) in (select * from unnest(${arrays})) ${tail}`, values)
  }
  return runEach<Result>(tx, `${head} (${names}) = (${columns.map(() => '?').join(', ')}) ${tail}`, unique)
}

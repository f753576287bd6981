// Commands: every write is one, so that it can be grouped, and run in a worker thread, as plain data.
import type { Tx } from './store.ts'

/**
 * A write by name. `Input` and `Result` are plain data: they cross a thread border.
 *
 * @property name stable, noun.verb
 * @property groupMax how many inputs may share one transaction; 1 for what is rare
 * @property keys what an input touches alone, for instance its order: two inputs with a key in common never share a group
 * @property goesFirst runs before all others that wait: for a write that is rare and short, and that much else waits for. Left out: what has
 *   waited longest goes next
 * @property paceMs while many come, those of so many milliseconds are handed to the write side together: for writes that nobody waits
 *   for, because a message and a transaction cost nearly the same for two as for a hundred. Left out: all of one turn
 */
export interface Command<Input, Result> {
  readonly name: string
  readonly groupMax: number
  readonly keys: (input: Input) => readonly string[]
  readonly goesFirst?: true
  readonly paceMs?: number
  /** Never set; it carries the types. */
  readonly types?: { readonly input: Input; readonly result: Result }
}

/** Answers one group in the order of its inputs. Throwing undoes the group; its members are then run one by one. */
export type GroupHandler<Input, Result> = (tx: Tx, inputs: readonly Input[]) => Promise<readonly Result[]>

/** A command with its handler; the write side is a list of these. */
export interface BoundCommand {
  readonly command: AnyCommand
  readonly handle: GroupHandler<unknown, unknown>
}

/** A command whose types do not matter to the one who holds it. */
export type AnyCommand = Command<never, unknown>

/** Ties a handler to its command. */
export function bind<Input, Result>(
  command: Command<Input, Result>,
  handle: GroupHandler<Input, Result>,
): BoundCommand {
  return { command: command as unknown as AnyCommand, handle: handle as unknown as GroupHandler<unknown, unknown> }
}

/** Makes a handler of one input answer groups. */
export function oneByOne<Input, Result>(
  handle: (tx: Tx, input: Input) => Promise<Result>,
): GroupHandler<Input, Result> {
  return async (tx, inputs) => {
    const results: Result[] = []
    for (const input of inputs) results.push(await handle(tx, input))
    return results
  }
}

/** A command that never shares its transaction: admin writes and other rare ones. */
export function rareCommand<Input, Result>(name: string): Command<Input, Result> {
  return { name, groupMax: 1, keys: () => [] }
}

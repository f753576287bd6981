// How the cells of the tables are written and read.

type More<Effect extends string> = '' | ` ${Effect}` | ` ${Effect} ${Effect}` | ` ${Effect} ${Effect} ${Effect}`

/** The next state, `=` where it stays the same, and up to three effects; empty: the event is ignored. */
export type Cell<State extends string, Effect extends string> = '' | `${State | '='}${More<Effect>}`

/** The next state, and what is to be done in this order. */
export interface Step<State, Effect> {
  readonly state: State
  readonly effects: readonly Effect[]
}

/** Reads a cell. Without one, or where it is empty, everything stays as it is. */
export function stepIn<State extends string, Effect extends string>(
  state: State,
  cell: Cell<State, Effect> | undefined,
): Step<State, Effect> {
  const [next = '', ...effects] = (cell || '=').split(' ')
  return { state: next === '=' ? state : (next as State), effects: effects as Effect[] }
}

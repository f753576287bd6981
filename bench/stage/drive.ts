// Callers that work off one list, and how long each call took.

/** A list to be worked off. `msMax`: nobody begins another one after that. */
export interface Drive<One> {
  readonly orders: readonly One[]
  readonly callers: number
  readonly msMax: number
}

/** What came of it: `callMs` of each call, in the order in which they ended. */
export interface Driven {
  readonly tookMs: number
  readonly callMs: readonly number[]
}

/** Runs `call` for the list; rejects with the first call that fails. */
export async function drive<One>(
  call: (one: One) => Promise<void>,
  { orders, callers, msMax }: Drive<One>,
): Promise<Driven> {
  const callMs: number[] = []
  const startedAt = performance.now()
  let next = 0
  const caller = async (): Promise<void> => {
    for (let at = performance.now(); next < orders.length && at - startedAt < msMax; ) {
      await call(orders[next++] as One)
      const now = performance.now()
      callMs.push(now - at)
      at = now
    }
  }
  await Promise.all(Array.from({ length: callers }, caller))
  return { tookMs: performance.now() - startedAt, callMs }
}

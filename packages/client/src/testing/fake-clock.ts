// Time that stands still until a test moves it.

interface Timer {
  readonly at: number
  readonly act: () => void
}

/** The clock of a fake runtime. */
export interface FakeClock {
  readonly now: () => number
  readonly setTimeout: (act: () => void, delayMs: number) => unknown
  readonly clearTimeout: (timer: unknown) => void
  /** Timers that run. */
  readonly pending: number
  /** Lets everything happen that needs no time. */
  settle(): Promise<void>
  /** Moves time, timer by timer. */
  advance(ms: number): Promise<void>
  /** A machine that slept: time jumps, and timers that are overdue fire together afterwards. */
  sleep(ms: number): void
}

const DELAY_MS_MAX = 2 ** 31 - 1
/** More turns than any chain of promises in the client has. */
const TURNS = 50

/** Starts at any time but 0. */
export function createFakeClock(): FakeClock {
  const timers = new Map<number, Timer>()
  let time = 5_000
  let lastId = 0
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < TURNS; turn += 1) await Promise.resolve()
  }
  const next = (): [number, Timer] | undefined =>
    [...timers].sort(([firstId, first], [secondId, second]) => first.at - second.at || firstId - secondId)[0]
  return {
    now: () => time,
    setTimeout(act, delayMs) {
      lastId += 1
      // As everywhere: a longer delay than timers know is none.
      timers.set(lastId, { at: time + (delayMs > DELAY_MS_MAX ? 1 : delayMs), act })
      return lastId
    },
    clearTimeout: (timer) => void timers.delete(timer as number),
    get pending() {
      return timers.size
    },
    settle,
    async advance(ms) {
      await settle()
      const end = time + ms
      for (let due = next(); due !== undefined && due[1].at <= end; due = next()) {
        time = Math.max(time, due[1].at)
        timers.delete(due[0])
        due[1].act()
        await settle()
      }
      time = end
    },
    sleep(ms) {
      time += ms
    },
  }
}

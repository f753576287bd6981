// A sleep that can be cut short, for loops that mostly wait.

/** One sleeper at a time per waker. */
export interface Nap {
  /** Resolves after `ms`, or at the next wake; at once where a wake came since the last sleep. */
  sleep(ms: number): Promise<void>
  wake(): void
}

/** Makes one. */
export function makeNap(): Nap {
  let isWoken = false
  const sleepers = new Set<() => void>()
  return {
    async sleep(ms) {
      if (!isWoken) await untilWoken(sleepers, ms)
      isWoken = false
    },
    wake() {
      isWoken = true
      for (const end of sleepers) end()
    },
  }
}

function untilWoken(sleepers: Set<() => void>, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer)
      sleepers.delete(end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    sleepers.add(end)
  })
}

// What was handled already, so that nothing is granted twice.

/** Remembers keys. The game may bring its own, next to its saved games for instance. */
export interface Ledger {
  has(key: string): boolean | Promise<boolean>
  add(key: string): void | Promise<void>
  /** Runs `act` while nobody else who shares this ledger runs one of that name. */
  exclusively<Result>(name: string, act: () => Promise<Result>): Promise<Result>
}

/** The part of localStorage that is used. */
export interface LedgerStorage {
  getItem(key: string): string | null
  setItem(key: string, value: string): void
}

/** Keys that are kept; of more the oldest are forgotten. */
const KEYS_MAX = 10_000
const STORAGE_KEY = 'ordertrail-ledger'

interface LockManager {
  request<Result>(name: string, act: () => Promise<Result>): Promise<Result>
}

/** Remembers until the page or process ends. */
export function memoryLedger(): Ledger {
  const keys = new Set<string>()
  return {
    has: (key) => keys.has(key),
    add(key) {
      keys.add(key)
      const [oldest] = keys
      if (keys.size > KEYS_MAX && oldest !== undefined) keys.delete(oldest)
    },
    exclusively: inTurns(),
  }
}

/**
 * Remembers in localStorage. Tabs wait for each other by Web Locks; where there are none (pages without https), only this tab's own
 * calls wait for each other.
 *
 * @param storage default: that of the page
 */
export function storageLedger(
  storage: LedgerStorage = (globalThis as { localStorage?: LedgerStorage }).localStorage as LedgerStorage,
): Ledger {
  const { locks } = (globalThis as { navigator?: { locks?: LockManager } }).navigator ?? {}
  const read = (): readonly string[] => {
    const kept: unknown = parsed(storage.getItem(STORAGE_KEY))
    return Array.isArray(kept) ? kept : []
  }
  return {
    has: (key) => read().includes(key),
    // Read and written in one go: no other tab comes in between.
    add: (key) => storage.setItem(STORAGE_KEY, JSON.stringify([...read(), key].slice(-KEYS_MAX))),
    exclusively: locks === undefined ? inTurns() : (name, act) => locks.request(`${STORAGE_KEY}:${name}`, act),
  }
}

/** The ledger of the page where it has storage, else one in memory. */
export function defaultLedger(): Ledger {
  try {
    // Asking alone may be forbidden, in pages inside other pages.
    const { localStorage } = globalThis as { localStorage?: LedgerStorage }
    return localStorage === undefined ? memoryLedger() : storageLedger(localStorage)
  } catch {
    return memoryLedger()
  }
}

function parsed(text: string | null): unknown {
  try {
    return JSON.parse(text ?? '[]')
  } catch {
    return []
  }
}

/** One after the other, by name. */
function inTurns(): Ledger['exclusively'] {
  const last = new Map<string, Promise<unknown>>()
  return async (name, act) => {
    const before = last.get(name)
    const own = (async () => {
      await before?.catch(() => undefined)
      return act()
    })()
    last.set(name, own)
    try {
      return await own
    } finally {
      if (last.get(name) === own) last.delete(name)
    }
  }
}

// One timer for very many deadlines: a wheel of slots that is turned by whoever owns it.

/** Something that waits. The two members belong to the wheel; `slot` -1: it waits for nothing. */
export interface WheelItem {
  dueAt: number
  slot: number
  /** Called once per schedule(), at the first turn at or after `dueAt`; it may schedule itself again. */
  onDue(now: number): void
}

/** Deadlines of one kind of time; all values are milliseconds of it. */
export interface TimerWheel {
  /** Waits until `dueAt`; replaces what the item waited for before. */
  schedule(item: WheelItem, dueAt: number): void
  cancel(item: WheelItem): void
  /** Calls everything that is due at `now`. */
  turn(now: number): void
}

/** Deadlines fire up to this much late. */
const SLOT_MS = 50
/** More than the longest usual wait, so that an item is seldom passed over. */
const SLOT_COUNT = 1_024

/** Makes a wheel standing at `now`. */
export function createTimerWheel(now: number): TimerWheel {
  const slots = Array.from({ length: SLOT_COUNT }, () => new Set<WheelItem>())
  let tick = Math.floor(now / SLOT_MS)
  const slotAt = (index: number): Set<WheelItem> => slots[index] as Set<WheelItem>

  function cancel(item: WheelItem): void {
    if (item.slot >= 0) slotAt(item.slot).delete(item)
    item.slot = -1
  }
  function schedule(item: WheelItem, dueAt: number): void {
    cancel(item)
    item.dueAt = dueAt
    // Never in a slot of the turn under way: an item that is due again at once waits for the next turn.
    item.slot = Math.max(Math.ceil(dueAt / SLOT_MS), tick + 1) % SLOT_COUNT
    slotAt(item.slot).add(item)
  }
  function empty(slot: ReadonlySet<WheelItem>, at: number): void {
    // A copy: what is called may schedule itself into the same slot.
    for (const item of [...slot]) {
      if (item.slot < 0 || item.dueAt > at) continue
      cancel(item)
      item.onDue(at)
    }
  }
  function turn(at: number): void {
    const target = Math.floor(at / SLOT_MS)
    // After a long pause every slot is looked at once.
    const first = Math.max(tick + 1, target - SLOT_COUNT + 1)
    tick = Math.max(tick, target)
    for (let next = first; next <= target; next++) empty(slotAt(next % SLOT_COUNT), at)
  }
  return { schedule, cancel, turn }
}

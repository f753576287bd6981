// When a connection has its kept plans made anew: a plan is made for tables of one size, and tables grow.
import type { Clock } from '../clock.ts'

/** How old the kept plans of one connection are. */
export interface PlanAge {
  /** To be asked before each transaction or read. True: the plans are too old, and are to be made anew from this one on. */
  isOver(): boolean
}

/** Has every plan of its connection made anew at its next use, and every text looked through again. */
export const RENEW_PLANS = 'discard plans'

/** The tables of a new installation are empty, and soon they are not. */
const TRANSACTIONS_FIRST = 4
/** 16,000 orders in the largest groups; by then new plans cost a hundredth of what keeping them saves. */
const TRANSACTIONS_MAX = 256
/** Other processes fill the same tables, however little this one does. */
const AGE_MS_MAX = 5_000

/** Starts with no plans: the first are kept for a few transactions, later ones for twice as many each time, all for some seconds at most. */
export function makePlanAge(clock: Pick<Clock, 'monotonic'>): PlanAge {
  let transactionsMax = TRANSACTIONS_FIRST
  let transactions = 0
  let madeAt = clock.monotonic()
  return {
    isOver() {
      const now = clock.monotonic()
      transactions += 1
      if (transactions <= transactionsMax && now - madeAt < AGE_MS_MAX) return false
      transactionsMax = Math.min(transactionsMax * 2, TRANSACTIONS_MAX)
      transactions = 1
      madeAt = now
      return true
    },
  }
}

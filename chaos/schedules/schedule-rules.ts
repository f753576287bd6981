// The schedules and verdicts as the rules of attempts state them: written out here, so that nothing is checked against itself.

/** Minutes from the start of the first attempt, by type; 12 or 20 positions in 12 hours. */
export const RULED_MINUTES: Readonly<Record<string, readonly number[]>> = {
  order_paid: [0, 5, 10, 25, 40, 55, 70, 85, 100, 115, 175, 235, 295, 355, 415, 475, 535, 595, 655, 715],
  order_canceled: [0, 5, 10, 25, 40, 55, 70, 85, 100, 115, 175, 235, 295, 355, 415, 475, 535, 595, 655, 715],
  payment: [0, 1, 3, 7, 15, 30, 60, 120, 210, 330, 480, 660],
  refund: [0, 1, 3, 7, 15, 30, 60, 120, 210, 330, 480, 660],
  partial_refund: [0, 1, 3, 7, 15, 30, 60, 120, 210, 330, 480, 660],
  ps_declined: [0, 1, 3, 7, 15, 30, 60, 120, 210, 330, 480, 660],
}

/** The preset of 48 hours. */
export const RULED_48H: readonly number[] = [0, 1, 3, 7, 15, 45, 120, 300, 660, 1200, 1920, 2820]

/** A crash sends again without using a position, so often in all. */
export const RULED_CRASH_RESENDS = 5

const HALF_DAY_MINUTES = 720

/** The promised window: as many half days as the last offset needs. */
export function ruledWindowMs(minutes: readonly number[]): number {
  let window = HALF_DAY_MINUTES
  while (window <= Math.max(...minutes)) window += HALF_DAY_MINUTES
  return window * 60_000
}

/** What one answer means; `null`: there was none. */
export function ruledVerdict(status: number | null): 'accepted' | 'rejected' | 'retry' {
  if (status === 200 || status === 201 || status === 204) return 'accepted'
  if (status !== null && [400, 401, 402, 403, 404, 409, 415, 422].includes(status)) return 'rejected'
  return 'retry'
}

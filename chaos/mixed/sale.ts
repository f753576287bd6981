// One order of the load: what was asked of the server about it, and what the server has confirmed.
import type { Player } from './players.ts'

/** What may be asked for an order, in words of the rules. */
export type Wish = 'place' | 'pay' | 'cancel' | 'refund' | 'part_refund' | 'fulfil' | 'resend'

/** A sale as its buyer, its provider and its staff know it. */
export interface Sale {
  readonly player: Player
  /** Makes repeats of placing it one order. */
  readonly key: string
  readonly kind: 'real' | 'free'
  /** Round in which it began. */
  readonly round: number
  orderId: number | null
  token: string
  /** Whatever was asked, heard or not: nothing else may have happened. */
  readonly asked: Set<Wish>
  /** What was answered with success: all of it must have happened. */
  readonly confirmed: Set<Wish>
}

/** Names an order over all shops; ids repeat from one project to the next. */
export function orderKeyOf(projectId: number, orderId: number): string {
  return `${projectId}:${orderId}`
}

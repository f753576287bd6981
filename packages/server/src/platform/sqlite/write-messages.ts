// What the main thread and the write thread say to each other. All of it is plain data.

import type { ClockAnchor } from '../clock.ts'
import type { PlainError, Sent, WakeUp } from '../store/index.ts'

/** What the write thread is started with. */
export interface WriteThreadData {
  readonly path: string
  readonly allowTimeSkip: boolean
  readonly anchor: ClockAnchor
  readonly writeSideModule: string
  readonly writeSideOptions: unknown
}

/** To the write thread. */
export type ToWriteThread = { readonly kind: 'batch'; readonly batch: readonly Sent[] } | { readonly kind: 'stop' }

/** A report whose errors are plain. */
export interface PlainReport {
  readonly results: readonly (readonly [number: number, result: unknown])[]
  readonly errors: readonly (readonly [number: number, error: PlainError])[]
  readonly wakeUps: readonly WakeUp[]
}

/** From the write thread; the first is `ready` or `failed`. */
export type FromWriteThread =
  | { readonly kind: 'ready'; readonly offsetMs: number }
  | { readonly kind: 'failed'; readonly error: PlainError }
  | { readonly kind: 'report'; readonly report: PlainReport }

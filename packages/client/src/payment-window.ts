// The window in which the player pays.
import type { Runtime } from './runtime.ts'

/** What is known of the window; `closed` is only looked at. */
export interface PaymentWindow {
  readonly closed: boolean
}

/** What is to be paid. */
export interface Payment {
  readonly orderId: number
  readonly token: string
  /** The payment page of this order. */
  readonly url: string
}

/** Shows the payment page. Gives the window where there is one that can be closed. */
export type OpenPayment = (payment: Payment) => Opened | Promise<Opened>

type Opened = PaymentWindow | null | undefined

/** A window of the browser, as far as it is used. */
interface BrowserWindow extends PaymentWindow {
  location: unknown
  opener: unknown
  close(): void
}

/** A window that was opened empty, because later the browser would not allow it. */
export interface WaitingWindow {
  readonly show: OpenPayment
  close(): void
}

const CHECK_MS = 500

/** Opens an empty window; null: the browser did not allow it; undefined: there are no windows here. */
export function openWaitingWindow(): WaitingWindow | null | undefined {
  const { open } = globalThis as { open?: (url: string, target: string) => BrowserWindow | null }
  if (typeof open !== 'function') return undefined
  const opened = open('about:blank', '_blank')
  if (!opened) return null
  // The payment page is to know nothing of the game's page.
  opened.opener = null
  return {
    show: ({ url }) => {
      opened.location = url
      return opened
    },
    close: () => opened.close(),
  }
}

/**
 * Calls back once when the window is closed.
 *
 * @returns ends the watching
 */
export function watchWindow(
  { setTimeout, clearTimeout }: Runtime,
  watched: PaymentWindow,
  onClosed: () => void,
): () => void {
  let timer: unknown
  const check = (): void => {
    if (watched.closed) onClosed()
    else timer = setTimeout(check, CHECK_MS)
  }
  timer = setTimeout(check, CHECK_MS)
  return () => clearTimeout(timer)
}

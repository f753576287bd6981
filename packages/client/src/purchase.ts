// From the basket to the outcome: creates the order, has it paid, follows it.
import type { Endpoints } from './all-endpoints.ts'
import { type Basket, type CreatedOrder, createOrder, type OrderDetails } from './create-order.ts'
import type { RequestDeps } from './look-at-order.ts'
import type { Failed, Outcome } from './outcome.ts'
import { type OpenPayment, openWaitingWindow, type Payment, watchWindow } from './payment-window.ts'
import type { RunningTracking, TrackOptions } from './track-order.ts'

/** How something is bought. */
export interface PurchaseOptions extends TrackOptions, OrderDetails {
  /** Called with the new order before it is paid; keep its id, to ask for it at the next start. */
  readonly onCreated?: (order: CreatedOrder) => void
  /** Shows the payment page. Default: a window of the browser. */
  readonly openPayment?: OpenPayment
  /** The player closed the payment window. Not the end: they may have paid, and have `graceMs` for it. */
  readonly onWindowClosed?: () => void
}

/** What a purchase needs. */
export interface PurchaseDeps extends RequestDeps {
  readonly endpoints: Endpoints
  start(orderId: number, options?: TrackOptions): RunningTracking
}

/** Buys. */
export async function purchase(deps: PurchaseDeps, basket: Basket, options: PurchaseOptions): Promise<Outcome> {
  const { payWith = 'money', signal } = options
  if (payWith !== 'money') {
    const created = await createOrder(deps, basket, options)
    // There is no payment to wait for, so there is nothing that a socket would tell earlier.
    return 'kind' in created ? created : announced(deps, created, { ...options, socketMs: 0 }).tracking
  }
  const waiting = options.openPayment ? undefined : openWaitingWindow()
  const open = options.openPayment ?? waiting?.show
  if (!open) return noWindow(waiting)
  const created = await createOrder(deps, basket, options)
  if ('kind' in created || signal?.aborted) waiting?.close()
  if ('kind' in created) return created
  const running = announced(deps, created, options)
  return signal?.aborted ? running.tracking : payAndFollow(deps, created, { running, open, options })
}

/** Starts to track before anything is shown, so that the socket is open when the player pays. */
function announced({ start }: PurchaseDeps, created: CreatedOrder, options: PurchaseOptions): RunningTracking {
  tell(() => options.onCreated?.(created))
  return start(created.orderId, options)
}

interface Opening {
  readonly running: RunningTracking
  readonly open: OpenPayment
  readonly options: PurchaseOptions
}

async function payAndFollow(
  deps: PurchaseDeps,
  created: CreatedOrder,
  { running, open, options }: Opening,
): Promise<Outcome> {
  let unwatch: (() => void) | undefined
  try {
    const opened = await open(paymentOf(deps.endpoints, created, options.sandbox ?? false))
    if (opened) {
      unwatch = watchWindow(deps.runtime, opened, () => {
        tell(() => options.onWindowClosed?.())
        running.step('closed')
      })
    }
    return await running.tracking
  } catch (cause) {
    running.abort('signal')
    return windowFailure(created.orderId, 'window_blocked', cause)
  } finally {
    unwatch?.()
  }
}

function paymentOf(endpoints: Endpoints, { orderId, token }: CreatedOrder, isSandbox: boolean): Payment {
  const page = isSandbox ? endpoints.sandboxPayStation : endpoints.payStation
  return { orderId, token: token ?? '', url: `${page}?token=${encodeURIComponent(token ?? '')}` }
}

function noWindow(waiting: null | undefined | object): Failed {
  return windowFailure(null, waiting === null ? 'window_blocked' : 'no_window', undefined)
}

function windowFailure(orderId: number | null, code: 'window_blocked' | 'no_window', cause: unknown): Failed {
  const advice =
    code === 'no_window'
      ? 'Give openPayment: there are no browser windows here.'
      : 'Call purchase in the handler of a click, or show the payment page yourself with openPayment.'
  return { kind: 'failed', orderId, status: null, code, advice, cause }
}

/** What a callback of the game throws is a bug of the game, not of its purchase. */
function tell(callback: () => void): void {
  try {
    callback()
  } catch (error) {
    console.error(error)
  }
}

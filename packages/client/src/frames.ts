// The few frames of the Centrifuge client protocol v2 that tracking needs, as JSON.

interface Publication {
  readonly data?: { readonly order_id?: unknown; readonly status?: unknown }
}

/** A reply, as far as tracking understands it. One without any member is a ping. */
export interface Reply {
  /** That of the command it answers. */
  readonly id?: number
  readonly error?: { readonly code: number; readonly temporary?: boolean }
  /** `subs` by channel; `ping` in seconds, 0 or absent where the server sends none. */
  readonly connect?: { readonly subs?: Readonly<Record<string, unknown>>; readonly ping?: number }
  readonly history?: { readonly publications?: readonly Publication[] }
  readonly push?: { readonly pub?: Publication; readonly disconnect?: { readonly code: number } }
}

/** A status of an order, as the server publishes it. */
export interface Told {
  readonly orderId: number
  readonly status: string
}

/** Id of the connect command; those of the history commands are above it. */
export const CONNECT_ID = 1

/** The replies in one frame, in their order; what is no JSON is left out. */
export function readFrame(frame: unknown): readonly Reply[] {
  return String(frame)
    .split('\n')
    .flatMap((line) => {
      try {
        return JSON.parse(line) ?? []
      } catch {
        return []
      }
    })
}

/** The statuses that a reply tells, in their order; data of another kind is passed over. */
export function toldIn({ history, push }: Reply): readonly Told[] {
  return (history?.publications ?? [push?.pub]).flatMap((publication) => {
    const { order_id, status } = publication?.data ?? {}
    return typeof status === 'string' ? { orderId: Number(order_id), status } : []
  })
}

/** Codes after which a client must not come back. */
export function isTerminal(code: number): boolean {
  // 3500 to 3999 and 4500 to 4999.
  return code === 1009 || (code >= 3500 && code < 5000 && code % 1000 >= 500)
}

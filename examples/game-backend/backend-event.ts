// What the game server tells about each webhook it answered.
import type { WebhookAnswer, WebhookListener } from '@ordertrail/webhooks'

/** A webhook that was answered, for whoever watches. */
export interface BackendEvent {
  /** Null, as the next two, when the signature was wrong or the body does not say it. */
  readonly notificationType: string | null
  readonly orderId: number | null
  readonly userId: string | null
  readonly status: number
  /** The code of a refusal, INVALID_USER for example; null when accepted. */
  readonly code: string | null
}

/** One line for a terminal: "order_paid 59614241 player-1 -> 204". */
export function eventLine({ notificationType, orderId, userId, status, code }: BackendEvent): string {
  const told = [notificationType ?? 'webhook', orderId, userId].filter((word) => word !== null)
  return `${told.join(' ')} -> ${status}${code === null ? '' : ` ${code}`}`
}

/** The same listener, telling after each answer what was asked and answered. */
export function watched(listener: WebhookListener, onEvent: (event: BackendEvent) => void): WebhookListener {
  return {
    ...listener,
    handle: async (webhook) => {
      const answer = await listener.handle(webhook)
      onEvent(eventOf(webhook.rawBody, answer))
      return answer
    },
  }
}

function eventOf(rawBody: Uint8Array | string, { status, body }: WebhookAnswer): BackendEvent {
  const code = body === '' ? null : JSON.parse(body).error.code
  // A body whose signature was wrong says nothing that may be believed.
  const told = code === 'INVALID_SIGNATURE' ? {} : parsed(rawBody)
  return {
    notificationType: told.notification_type ?? null,
    orderId: told.order?.id ?? null,
    userId: told.user?.external_id ?? told.user?.id ?? null,
    status,
    code,
  }
}

interface ToldBody {
  readonly notification_type?: string
  readonly order?: { readonly id?: number }
  readonly user?: { readonly external_id?: string; readonly id?: string }
}

function parsed(rawBody: Uint8Array | string): ToldBody {
  try {
    return JSON.parse(typeof rawBody === 'string' ? rawBody : new TextDecoder().decode(rawBody)) ?? {}
  } catch {
    return {}
  }
}

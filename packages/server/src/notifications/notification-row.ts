// The row that keeps a rendered body.
import type { DeliveryType } from '@ordertrail/core'
import type { Row } from '../platform/store/index.ts'
import type { NotificationSubject } from './notification-subject.ts'
import { renderNotification } from './render-notification.ts'

/** A notification to be written; `now` is the transaction's wall time. */
export interface NewNotification {
  readonly id: number
  readonly type: DeliveryType
  readonly subject: NotificationSubject
  readonly now: number
}

/** The row with its body, rendered here and never again, so that later settings change nothing of it. */
export function notificationRow({ id, type, subject, now }: NewNotification): Row<'notifications'> {
  const { order, format, payment } = subject
  return {
    project_id: order.project_id,
    id,
    order_id: order.id,
    type,
    mode: format.mode,
    version: format.version,
    route: format.route,
    party_kind: order.party_kind,
    party_id: order.party_id,
    transaction_id: payment?.id ?? null,
    body: renderNotification(type, subject),
    created_at: now,
  }
}

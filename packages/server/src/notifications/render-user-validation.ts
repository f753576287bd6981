// The question before a payment: does the game know this user?
import type { CustomParameters, UserValidationWebhook } from '@ordertrail/core'
import type { Row } from '../platform/store/index.ts'
import type { NotificationToggles } from './notification-subject.ts'
import { readStored } from './stored-details.ts'
import { wireSettings } from './wire-payment.ts'
import { wireUser } from './wire-user.ts'

/** Who is asked about: the buyer of `order`, which is about to be paid. */
export interface UserValidationSubject {
  readonly merchantId: number
  readonly toggles: Pick<NotificationToggles, 'onlyNecessaryUser' | 'customParameters'>
  readonly order: Pick<
    Row<'orders'>,
    'project_id' | 'party_kind' | 'party_id' | 'user_email' | 'user_country' | 'user_details' | 'custom_parameters'
  >
}

/** The body of user_validation as compact JSON text; rendered anew for every question, because it is never resent. */
export function renderUserValidation({ merchantId, toggles, order }: UserValidationSubject): string {
  const body: UserValidationWebhook = {
    notification_type: 'user_validation',
    settings: wireSettings(order, merchantId),
    user: wireUser(order, toggles.onlyNecessaryUser),
    custom_parameters: toggles.customParameters ? readStored<CustomParameters>(order.custom_parameters) : undefined,
  }
  return JSON.stringify(body)
}

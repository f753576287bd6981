// Sample webhooks that ask the game something: user_validation, user_search, partner_side_catalog.
import type { PartnerSideCatalogWebhook, UserSearchWebhook, UserValidationWebhook } from '@ordertrail/core'
import { parametersOf, settingsOf, userOf } from './payment-samples.ts'
import { type SampleOrder, wholeSample } from './sample-order.ts'
import { type DeepPartial, withOverrides } from './with-overrides.ts'

/** Does this player exist, and may they buy? */
export function sampleUserValidation(
  sample: SampleOrder = {},
  over?: DeepPartial<UserValidationWebhook>,
): UserValidationWebhook {
  const whole = wholeSample(sample)
  const body: UserValidationWebhook = {
    notification_type: 'user_validation',
    settings: settingsOf(whole),
    user: userOf(whole),
    ...(whole.isFull ? parametersOf() : {}),
  }
  return withOverrides(body, over)
}

/** Who is the player with this id? In full it looks for the id that players tell each other as well. */
export function sampleUserSearch(sample: SampleOrder = {}, over?: DeepPartial<UserSearchWebhook>): UserSearchWebhook {
  const whole = wholeSample(sample)
  const body: UserSearchWebhook = {
    notification_type: 'user_search',
    settings: settingsOf(whole),
    user: { ...(whole.isFull ? { public_id: 'Ann#7' } : {}), id: whole.userId },
  }
  return withOverrides(body, over)
}

/** What may this player buy? Override `user.user_id` with null for one who is not signed in. */
export function samplePartnerSideCatalog(
  sample: SampleOrder = {},
  over?: DeepPartial<PartnerSideCatalogWebhook>,
): PartnerSideCatalogWebhook {
  const { userId, isFull } = wholeSample(sample)
  const body: PartnerSideCatalogWebhook = {
    notification_type: 'partner_side_catalog',
    user: { user_id: userId, country: 'US', currency: 'USD', ...(isFull ? { locale: 'en' } : {}) },
  }
  return withOverrides(body, over)
}

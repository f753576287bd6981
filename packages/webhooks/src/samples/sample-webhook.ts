// A sample of any type, for tests that go through all of them.
import type { NotificationType, WebhookBody } from '@ordertrail/core'
import { sampleOrderCanceled, sampleOrderPaid } from './order-samples.ts'
import { samplePartialRefund, samplePayment, samplePsDeclined, sampleRefund } from './payment-samples.ts'
import { samplePartnerSideCatalog, sampleUserSearch, sampleUserValidation } from './question-samples.ts'
import type { SampleOrder } from './sample-order.ts'

const SAMPLES: Readonly<Record<NotificationType, (sample: SampleOrder) => WebhookBody>> = {
  user_validation: (sample) => sampleUserValidation(sample),
  user_search: (sample) => sampleUserSearch(sample),
  payment: (sample) => samplePayment(sample),
  refund: (sample) => sampleRefund(sample),
  partial_refund: (sample) => samplePartialRefund(sample),
  ps_declined: (sample) => samplePsDeclined(sample),
  order_paid: (sample) => sampleOrderPaid(sample),
  order_canceled: (sample) => sampleOrderCanceled(sample),
  partner_side_catalog: (sample) => samplePartnerSideCatalog(sample),
}

/** The body of a webhook of `type`. The builders by name, `sampleOrderPaid` for instance, also take overrides. */
export function sampleWebhook(type: NotificationType, sample: SampleOrder = {}): WebhookBody {
  return SAMPLES[type](sample)
}

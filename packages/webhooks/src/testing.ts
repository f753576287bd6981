// The exports of @ordertrail/webhooks/testing: sample webhooks of every type, signed as the sender signs them.
export { sampleOrderCanceled, sampleOrderPaid } from './samples/order-samples.ts'
export { samplePartialRefund, samplePayment, samplePsDeclined, sampleRefund } from './samples/payment-samples.ts'
export { samplePartnerSideCatalog, sampleUserSearch, sampleUserValidation } from './samples/question-samples.ts'
export type { SampleItem, SampleOrder } from './samples/sample-order.ts'
export { sampleWebhook } from './samples/sample-webhook.ts'
export { type SignedWebhook, type SignWebhookOptions, signWebhook } from './samples/sign-webhook.ts'
export type { DeepPartial } from './samples/with-overrides.ts'

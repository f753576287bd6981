// Field facts of the documented webhook bodies, one line per field: `*` marks what is required, `=` the only value.

/** A documented body. */
export type DocumentedBody =
  | 'user_validation'
  | 'payment'
  | 'refund'
  | 'partial_refund'
  | 'ps_declined'
  | 'order_paid.separate'
  | 'order_canceled.separate'
  | 'order_paid.combined'
  | 'order_canceled.combined'

/** What is documented about one field; `types` as JSON names them, `const` the only value it ever has. */
export interface FieldFact {
  readonly path: string
  readonly types: readonly string[]
  readonly isRequired: boolean
  readonly const: string | null
}

/** Fields of payment and refund bodies that `billing` has as well. */
const TRANSACTION = `
settings object
settings.project_id integer
settings.merchant_id integer
purchase object
purchase.subscription object
purchase.subscription.plan_id string
purchase.subscription.subscription_id integer
purchase.subscription.product_id string
purchase.subscription.tags array<string>
purchase.subscription.date_create string
purchase.subscription.date_next_charge string
purchase.subscription.currency string
purchase.subscription.amount number
purchase.subscription.trial_days integer
purchase.total object
purchase.total.currency string
purchase.total.amount number
purchase.promotions array<object>
purchase.promotions[].technical_name string
purchase.promotions[].id integer
purchase.coupon object
purchase.coupon.coupon_code string
purchase.coupon.campaign_code string
*transaction object
*transaction.id integer
transaction.external_id string
transaction.payment_method_order_id string|integer
transaction.dry_run integer =1
transaction.agreement integer
*payment_details object
payment_details.payment object
payment_details.payment.currency string
payment_details.payment.amount number
payment_details.payment_method_sum object
payment_details.payment_method_sum.currency string
payment_details.payment_method_sum.amount number
payment_details.xsolla_balance_sum object
payment_details.xsolla_balance_sum.currency string
payment_details.xsolla_balance_sum.amount number
payment_details.payout object
payment_details.payout.currency string
payment_details.payout.amount number
payment_details.xsolla_fee object
payment_details.xsolla_fee.currency string
payment_details.xsolla_fee.amount number
payment_details.payment_method_fee object
payment_details.payment_method_fee.currency string
payment_details.payment_method_fee.amount number
payment_details.vat object
payment_details.vat.currency string
payment_details.vat.amount number
payment_details.vat.percent number
payment_details.sales_tax object
payment_details.sales_tax.currency string
payment_details.sales_tax.amount number
payment_details.sales_tax.percent number
payment_details.direct_wht object
payment_details.direct_wht.currency string
payment_details.direct_wht.amount number
payment_details.direct_wht.percent number
payment_details.payout_currency_rate string
payment_details.repatriation_commission object
payment_details.repatriation_commission.currency string
payment_details.repatriation_commission.amount number
payment_details.country_wht object
payment_details.country_wht.currency string
payment_details.country_wht.amount number
payment_details.country_wht.percent number
payment_details.user_acquisition_fee object
payment_details.user_acquisition_fee.currency string
payment_details.user_acquisition_fee.amount number
payment_details.user_acquisition_fee.percent number
`

/** Fields of payment and refund bodies that `billing` leaves out. */
const PURCHASE_AND_USER = `
purchase.checkout object
purchase.checkout.currency string
purchase.checkout.amount number
purchase.gift object
purchase.gift.giver_id string
purchase.gift.receiver_id string
purchase.gift.receiver_email string
purchase.gift.message string
purchase.gift.hide_giver_from_receiver string|boolean
purchase.order object
purchase.order.id integer
purchase.order.lineitems array<object>
purchase.order.lineitems[].sku string
purchase.order.lineitems[].quantity integer
purchase.order.lineitems[].price object
purchase.order.lineitems[].price.amount string|number
purchase.order.lineitems[].price.currency string
purchase.order.lineitems[].price_before_discount object
purchase.order.lineitems[].price_before_discount.amount string|number
purchase.order.lineitems[].price_before_discount.currency string
purchase.virtual_currency object
purchase.virtual_items object
purchase.pin_codes object|array
user object
*user.id string
user.ip string
user.phone string
user.email string
user.name string
user.country string
user.zip string
custom_parameters object
`

/** Fields only a payment has. */
const PAYMENT = `
*notification_type string =payment
transaction.payment_date string
transaction.payment_method integer
transaction.payment_method_name string
payment_account object
custom_parameters.saved_payment_method integer
custom_parameters.payment_type integer
transaction.card_bin string
transaction.card_suffix string
transaction.card_brand string
`

/** Fields only a refund has. */
const REFUND = `
*notification_type string =refund
transaction.date string
refund_details object
refund_details.code integer
refund_details.reason string
refund_details.author string
refund_details.date string
refund_details.reason_detail string
`

/** The question before a payment. */
const USER_VALIDATION = `
*notification_type string =user_validation
settings object
settings.project_id integer
settings.merchant_id integer
user object
*user.id string
user.ip string
user.phone string
user.email string
user.name string
user.country string
user.zip string
custom_parameters object
`

/** A payment that the payment system declined. */
const PS_DECLINED = `
*notification_type string =ps_declined
settings object
settings.project_id integer
settings.merchant_id integer
user object
transaction object
transaction.id integer|string
transaction.external_id string
transaction.dry_run integer =1
transaction.payment_method integer|string
refund_details object
refund_details.code integer
refund_details.reason string
refund_details.author string
refund_details.date string
refund_details.reason_detail string
`

/** Fields of order_paid and order_canceled in both modes. */
const ORDER = `
*items array<object>
*items[].sku string
*items[].type string
*items[].is_pre_order boolean
*items[].quantity integer
*items[].amount string|null
*items[].promotions array<object>
items[].promotions[].amount_without_discount string
items[].promotions[].amount_with_discount string
items[].promotions[].sequence integer
items[].custom_attributes object
items[].is_free boolean
items[].is_bonus boolean
items[].is_bundle_content boolean
*order object
*order.id integer
*order.mode string
*order.currency_type string
*order.currency string|null
*order.amount string
*order.status string
*order.platform string|null
*order.comment string|null
*order.invoice_id string|null
*order.promotions array<object>
order.promotions[].amount_without_discount string
order.promotions[].amount_with_discount string
order.promotions[].sequence integer
order.promocodes array<object>
order.promocodes[].code string
order.promocodes[].external_id string
order.coupons array<object>
order.coupons[].code string
order.coupons[].external_id string
*user object
*user.external_id string
*user.email string
user.country string
custom_parameters object
`

const lines = (text: string): readonly string[] => text.trim().split('\n')
const inside = (parent: string, fields: readonly string[]): readonly string[] =>
  fields.map((line) => (line.startsWith('*') ? `*${parent}.${line.slice(1)}` : `${parent}.${line}`))
const notCustom = (line: string): boolean => !line.startsWith('custom_parameters')

const payment = [...lines(TRANSACTION), ...lines(PURCHASE_AND_USER), ...lines(PAYMENT)]
const refund = [...lines(TRANSACTION), ...lines(PURCHASE_AND_USER), ...lines(REFUND)]
const PAYMENT_ONLY_OUTSIDE_BILLING = ['payment_account', 'custom_parameters', 'transaction.card_']
const billedPayment = [...lines(TRANSACTION), ...lines(PAYMENT)].filter(
  (line) => !PAYMENT_ONLY_OUTSIDE_BILLING.some((start) => line.startsWith(start)),
)
const billedRefund = [...lines(TRANSACTION), ...lines(REFUND)]
const named = (type: string): string => `*notification_type string =${type}`

const FIELDS: Readonly<Record<DocumentedBody, readonly string[]>> = {
  user_validation: lines(USER_VALIDATION),
  payment,
  refund,
  partial_refund: [
    named('partial_refund'),
    ...refund
      .slice(0)
      .filter(notCustom)
      .filter((line) => !line.startsWith('*notification_type')),
  ],
  // The reference names the user object of a declined payment without its members; they are those of a payment.
  ps_declined: [...lines(PS_DECLINED), ...lines(PURCHASE_AND_USER).filter((line) => /^\*?user\./.test(line))],
  'order_paid.separate': [named('order_paid'), ...lines(ORDER)],
  'order_canceled.separate': [named('order_canceled'), ...lines(ORDER)],
  'order_paid.combined': [named('order_paid'), ...lines(ORDER), 'billing object', ...inside('billing', billedPayment)],
  'order_canceled.combined': [
    named('order_canceled'),
    ...lines(ORDER),
    'billing object',
    ...inside('billing', billedRefund),
  ],
}

function parseFact(line: string): FieldFact {
  const [path = '', type = '', only] = line.replace(/^\*/, '').split(' ')
  return { path, types: type.split('|'), isRequired: line.startsWith('*'), const: only?.slice(1) ?? null }
}

/** All documented fields of one body, in the order of the documentation. */
export function documentedFields(body: DocumentedBody): readonly FieldFact[] {
  return FIELDS[body].map(parseFact)
}

// Documented fields of the bodies about money, in the order in which they are sent: payment, refund, partial_refund, ps_declined.
import { inside, linesOf } from './field-fact.ts'

const SETTINGS = linesOf(`
+settings object | Where the news comes from.
+settings.project_id integer | The project.
+settings.merchant_id integer | The merchant that owns the project.
`)

/** Which project it is of. */
export const SETTINGS_FIELDS: readonly string[] = SETTINGS

/** Who buys, as user_validation and the payment webhooks tell it. */
export const USER_FIELDS: readonly string[] = linesOf(`
+user object | The player.
user.ip string | Address from which the player bought. | known, and \`only_necessary_user\` is off
user.phone string | Telephone number. | known, and \`only_necessary_user\` is off
user.email string | E-mail address. | known, and \`only_necessary_user\` is off
*user.id string | The player's id in the game; \`visitor:…\` for one who is not signed in.
user.name string | Name of the player. | known, and \`only_necessary_user\` is off
user.country string | Country, two capital letters. | known
user.zip string | Postal code. | known, and \`only_necessary_user\` is off
`)

const money = (path: string, about: string): readonly string[] => [
  `+${path} object | ${about}`,
  `+${path}.currency string | Three letters of its currency.`,
  `+${path}.amount number | The sum.`,
]
const taxed = (path: string, about: string): readonly string[] => [
  ...money(path, about),
  `+${path}.percent number | The rate; 0 where none is known.`,
]

const SUBSCRIPTION = linesOf(`
purchase.subscription object | A subscription. | never
purchase.subscription.plan_id string | Its plan. | never
purchase.subscription.subscription_id integer | Its number. | never
purchase.subscription.product_id string | Its product. | never
purchase.subscription.tags array<string> | Its tags. | never
purchase.subscription.date_create string ~time | Its beginning. | never
purchase.subscription.date_next_charge string ~time | Its next payment. | never
purchase.subscription.currency string | Its currency. | never
purchase.subscription.amount number | Its price. | never
purchase.subscription.trial_days integer | Days for nothing. | never
`)

/** `purchase` as both \`billing\` and the payment webhooks have it. */
const BILLED_PURCHASE = [
  ...SUBSCRIPTION,
  ...money('purchase.total', 'What the whole order costs.'),
  ...linesOf(`
purchase.promotions array<object> | Promotions that made it cheaper, those of single lines included. | one was used
+purchase.promotions[].technical_name string | Name of the promotion among the team.
+purchase.promotions[].id integer | Number of the promotion.
purchase.coupon object | The coupon that was redeemed. | one was used
+purchase.coupon.coupon_code string | What the player typed.
+purchase.coupon.campaign_code string | The coupon's own id in the catalog.
`),
]

const PURCHASE = [
  '+purchase object | What is paid for.',
  ...money('purchase.checkout', 'What the player was shown at the checkout.'),
  ...BILLED_PURCHASE,
  ...linesOf(`
purchase.gift object | A present. | never
purchase.gift.giver_id string | Who gives it. | never
purchase.gift.receiver_id string | Who gets it. | never
purchase.gift.receiver_email string | Where to. | never
purchase.gift.message string | Words with it. | never
purchase.gift.hide_giver_from_receiver string or boolean | Whether the giver stays unknown. | never
purchase.order object | The order with its lines. | \`order_object\` is on, or the events API is used
+purchase.order.id integer | Number of the order.
+purchase.order.lineitems array<object> | The lines, in the order of the cart.
+purchase.order.lineitems[].sku string | What was bought.
+purchase.order.lineitems[].quantity integer | How many.
+purchase.order.lineitems[].price object | Total of the line; 0 for the content of a bundle.
+purchase.order.lineitems[].price.currency string | Three letters of its currency.
+purchase.order.lineitems[].price.amount string or number | The sum, a number.
purchase.order.lineitems[].price_before_discount object | Total of the line without promotions. | it differs from the price
+purchase.order.lineitems[].price_before_discount.currency string | Three letters of its currency.
+purchase.order.lineitems[].price_before_discount.amount string or number | The sum, a number.
purchase.virtual_currency object | Goods of the time before the store. | never
purchase.virtual_items object | Goods of the time before the store. | never
purchase.pin_codes object or array | Keys of the time before the store. | never
`),
]

const TRANSACTION = linesOf(`
*transaction object | The payment.
*transaction.id integer | Its number, unique over the installation; may exceed 32 bits.
transaction.external_id string | The number you gave the order yourself. | you gave one
+transaction.payment_method_order_id string or integer | Its number in the payment system.
transaction.dry_run integer =1 | It is a test, no money moved. | test payments only
transaction.agreement integer | Number of the player's agreement to be charged again. | the payment system told one
`)

const PAYMENT_TRANSACTION = [
  ...TRANSACTION,
  ...linesOf(`
+transaction.payment_date string ~time | When it was paid.
+transaction.payment_method integer | How it was paid, as a number; 0 for a payment system of your own.
+transaction.payment_method_name string | How it was paid, in words.
`),
]

const CARD = linesOf(`
transaction.card_bin string | First six digits of the card. | known, and \`card_details\` is on
transaction.card_suffix string | Last four digits of the card. | known, and \`card_details\` is on
transaction.card_brand string | Brand of the card. | known, and \`card_brand\` is on
`)

const REFUND_TRANSACTION = [...TRANSACTION, '+transaction.date string ~time | When it was paid.']

const PAYMENT_DETAILS = [
  '*payment_details object | Where the money went. Of a partial refund: of the part that is given back.',
  ...money('payment_details.payment', 'What the player paid.'),
  ...money('payment_details.payment_method_sum', 'What went through the payment system.'),
  ...money('payment_details.xsolla_balance_sum', 'What came from a balance; 0, there is none.'),
  ...money('payment_details.payout', 'What is left when the payment system took its fee.'),
  ...money('payment_details.xsolla_fee', 'A fee of ours; 0, we take none.'),
  ...money('payment_details.payment_method_fee', 'Fee of the payment system; 0 where it did not tell.'),
  ...taxed('payment_details.vat', 'Value added tax.'),
  ...taxed('payment_details.sales_tax', 'Sales tax.'),
  ...taxed('payment_details.direct_wht', 'Tax withheld from the payout; 0.'),
  '+payment_details.payout_currency_rate string | Rate from the payment to the payout; 1.',
  ...money('payment_details.repatriation_commission', 'Cost of bringing money home; 0.'),
  ...taxed('payment_details.country_wht', 'Tax withheld by a country; 0.'),
  ...taxed('payment_details.user_acquisition_fee', 'Fee for a player who was sent; 0.'),
]

const REFUND_DETAILS = linesOf(`
+refund_details object | Why the money went back.
+refund_details.code integer =1,2,3,4,5,6,7,8,9,10,11,12,13 | The reason as a number.
+refund_details.reason string | The reason in words.
+refund_details.author string | Who wanted it: a person's address, \`API\`, or the payment system.
+refund_details.date string ~time | When the payment system gave it back.
refund_details.reason_detail string | What the person who asked wrote. | something was written
`)

const OWN_PARAMETERS = 'custom_parameters object | What you attached to the order, unchanged. | something was attached'
const SAVED_METHOD = linesOf(`
custom_parameters object | What you attached to the order, and how a saved method was used. | something was attached, or \`saved_payment_methods\` is on
custom_parameters.saved_payment_method integer =0,1,2 | 0: no saved method; 1: saved by this payment; 2: an earlier one was used. | \`saved_payment_methods\` is on
custom_parameters.payment_type integer =1,2 | 1: paid once; 2: a repeated payment. | \`saved_payment_methods\` is on
`)

const typed = (type: string): string => `*notification_type string =${type} | Which webhook this is.`
const refundFields = (type: string): readonly string[] => [
  typed(type),
  ...SETTINGS,
  ...PURCHASE,
  ...USER_FIELDS,
  ...REFUND_TRANSACTION,
  ...PAYMENT_DETAILS,
  ...REFUND_DETAILS,
]

/** Fields of `payment`. */
export const PAYMENT_FIELDS: readonly string[] = [
  typed('payment'),
  ...SETTINGS,
  ...PURCHASE,
  ...USER_FIELDS,
  ...PAYMENT_TRANSACTION,
  ...CARD,
  ...PAYMENT_DETAILS,
  ...SAVED_METHOD,
  'payment_account object | The saved account, as the payment system told it. | known, and `payment_account` is on',
]

/** Fields of `refund`. */
export const REFUND_FIELDS: readonly string[] = [...refundFields('refund'), OWN_PARAMETERS]

/** Fields of `partial_refund`; the reference knows no custom parameters of it. */
export const PARTIAL_REFUND_FIELDS: readonly string[] = refundFields('partial_refund')

/** Fields of `ps_declined`; the reference does not name the members of its user, which are those of a payment. */
export const PS_DECLINED_FIELDS: readonly string[] = [
  typed('ps_declined'),
  ...SETTINGS,
  ...USER_FIELDS,
  ...linesOf(`
+transaction object | The payment that was tried.
+transaction.id integer or string | Its number, unique over the installation; a number.
transaction.external_id string | The number you gave the order yourself. | you gave one
transaction.dry_run integer =1 | It was a test. | test payments only
+transaction.payment_method integer or string | How it was tried, as a number.
+refund_details object | Why it was declined.
+refund_details.author string | The payment system that declined it.
+refund_details.code integer =1,2,3,4,5,6,7,8,9,10,11,12,13 | The reason as a number; 8 where the payment system named none.
+refund_details.reason string | The reason in words.
+refund_details.date string ~time | When it was declined.
refund_details.reason_detail string | What the payment system said. | it said something
`),
]

const billed = (type: string, middle: readonly string[]): readonly string[] => [
  'billing object | The payment behind the order. | money was paid: neither free nor virtual',
  ...inside('billing', [
    `+notification_type string =${type} | Which webhook of separate mode it stands for.`,
    ...SETTINGS,
    '+purchase object | What was paid for.',
    ...BILLED_PURCHASE,
    ...middle,
  ]),
]

/** `billing` of a combined order_paid. */
export const PAYMENT_BILLING_FIELDS: readonly string[] = billed('payment', [...PAYMENT_TRANSACTION, ...PAYMENT_DETAILS])

/** `billing` of a combined order_canceled. */
export const REFUND_BILLING_FIELDS: readonly string[] = billed('refund', [
  ...REFUND_TRANSACTION,
  ...PAYMENT_DETAILS,
  ...REFUND_DETAILS,
])

/** What the game attached to the order. */
export const OWN_PARAMETER_FIELDS: readonly string[] = [OWN_PARAMETERS]

// Every documented webhook body as a table of its fields, in the order in which they are sent.
import {
  OWN_PARAMETER_FIELDS,
  PARTIAL_REFUND_FIELDS,
  PAYMENT_BILLING_FIELDS,
  PAYMENT_FIELDS,
  PS_DECLINED_FIELDS,
  REFUND_BILLING_FIELDS,
  REFUND_FIELDS,
  SETTINGS_FIELDS,
  USER_FIELDS,
} from './documented-payment-fields.ts'
import { type FieldFact, linesOf, parseFieldFact } from './field-fact.ts'

/** Every documented body that we have: order webhooks differ by mode. */
export const DOCUMENTED_BODIES = [
  'user_validation',
  'user_search',
  'partner_side_catalog',
  'payment',
  'order_paid.separate',
  'order_paid.combined',
  'partial_refund',
  'refund',
  'order_canceled.separate',
  'order_canceled.combined',
  'ps_declined',
] as const

/** A documented body. */
export type DocumentedBody = (typeof DOCUMENTED_BODIES)[number]

const USER_VALIDATION = [
  '*notification_type string =user_validation | Which webhook this is.',
  ...SETTINGS_FIELDS,
  ...USER_FIELDS,
  'custom_parameters object | What the game attached to the order. | something was attached, and `custom_parameters` is on',
]

const USER_SEARCH = [
  '*notification_type string =user_search | Which webhook this is.',
  ...SETTINGS_FIELDS,
  ...linesOf(`
*user object | Who is looked for.
user.public_id string | The id that players see and tell. | looked for by it
user.id string | The player's id in the game. | looked for by it
`),
]

const PARTNER_SIDE_CATALOG = linesOf(`
+notification_type string =partner_side_catalog | Which webhook this is.
*user object | Who looks at the catalog.
*user.user_id string or null | The player's id in the game; null for one who is not signed in.
user.country string | Country, two capital letters. | known
user.currency string | Currency in which prices are shown. | known
user.locale string | Language of the texts. | asked for
`)

/** Fields of order_paid and order_canceled in both modes. */
const ITEMS = linesOf(`
*items array<object> | The lines of the order; the content of a bundle follows it.
*items[].sku string | What was bought; of a game key the item and its platform.
*items[].type string =virtual_good,virtual_currency,game_key,bundle,physical_good,value_point | Kind of item.
*items[].is_pre_order boolean | It is delivered later.
items[].is_free boolean | It cost nothing. | version 2
items[].is_bonus boolean | It came with something else, for nothing. | version 2
items[].is_bundle_content boolean | It is the content of the bundle before it. | version 2
*items[].quantity integer | How many.
*items[].amount string or null ~amount | Total of the line; null for the content of a bundle.
*items[].promotions array<object> | Promotions of this line; empty where there are none.
+items[].promotions[].amount_without_discount string ~amount | Total before it.
+items[].promotions[].amount_with_discount string ~amount | Total after it.
+items[].promotions[].sequence integer | Its place among them, from 1.
items[].custom_attributes object | Attributes of the item in the catalog. | it has some
`)

const ORDER = linesOf(`
*order object | The order.
*order.id integer | Its number, unique within the project.
*order.mode string =default,sandbox | Whether it is a test.
*order.currency_type string =real,virtual,unknown,loyalty_point | What was paid with; \`unknown\`: it was free. \`loyalty_point\` is never sent.
*order.currency string or null | Three letters for money, the SKU of a virtual currency, null where it was free.
*order.amount string ~amount | What the whole order costs.
*order.status string =paid,canceled | What this webhook announces.
*order.platform string or null | Where it was bought.
*order.comment string or null | A note of the team.
*order.invoice_id string or null | Number of the payment as text, the link to it; null for free and virtual orders.
*order.promotions array<object> | Promotions of the whole order; empty where there are none.
+order.promotions[].amount_without_discount string ~amount | Total before it.
+order.promotions[].amount_with_discount string ~amount | Total after it.
+order.promotions[].sequence integer | Its place among them, from 1.
order.promocodes array<object> | Promo codes that were redeemed. | one was
+order.promocodes[].code string | What the player typed.
+order.promocodes[].external_id string | Its id in the catalog.
order.coupons array<object> | Coupons that were redeemed. | one was
+order.coupons[].code string | What the player typed.
+order.coupons[].external_id string | Its id in the catalog.
*user object | The player.
*user.external_id string | The player's id in the game; \`visitor:…\` for one who is not signed in.
*user.email string | E-mail address; empty where it is unknown.
user.country string | Country, two capital letters. | known
`)

const orderFields = (type: string, billing: readonly string[]): readonly string[] => [
  ...ITEMS,
  `*notification_type string =${type} | Which webhook this is.`,
  ...ORDER,
  ...billing,
  ...OWN_PARAMETER_FIELDS,
]

const FIELDS: Readonly<Record<DocumentedBody, readonly string[]>> = {
  user_validation: USER_VALIDATION,
  user_search: USER_SEARCH,
  partner_side_catalog: PARTNER_SIDE_CATALOG,
  payment: PAYMENT_FIELDS,
  'order_paid.separate': orderFields('order_paid', []),
  'order_paid.combined': orderFields('order_paid', PAYMENT_BILLING_FIELDS),
  partial_refund: PARTIAL_REFUND_FIELDS,
  refund: REFUND_FIELDS,
  'order_canceled.separate': orderFields('order_canceled', []),
  'order_canceled.combined': orderFields('order_canceled', REFUND_BILLING_FIELDS),
  ps_declined: PS_DECLINED_FIELDS,
}

/** All documented fields of one body, in the order in which they are sent. */
export function documentedFields(body: DocumentedBody): readonly FieldFact[] {
  return FIELDS[body].map(parseFieldFact)
}

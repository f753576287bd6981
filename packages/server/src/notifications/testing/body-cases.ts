// Every kind of body: orders, payments and refunds over all that changes a body, each pair of circumstances at least once.
import { DELIVERY_TYPES, type DeliveryType, REFUND_CODES, type RefundCode, type WebhookMode } from '@ordertrail/core'
import type { Row } from '../../platform/store/index.ts'
import type { NotificationFormat, NotificationSubject, NotificationToggles } from '../notification-subject.ts'
import type { DocumentedBody } from './documented-fields.ts'
import { givenItem, givenOrder, givenPayment, givenRefund, givenSubject, noToggles } from './given-subject.ts'

/** All that changes a body. */
export interface Circumstances {
  readonly type: DeliveryType
  readonly mode: WebhookMode
  readonly version: 1 | 2
  readonly isBundleContentSent: boolean
  readonly route: 'webhook' | 'events'
  readonly toggles: 'none' | keyof NotificationToggles | 'all'
  readonly money: 'USD' | 'JPY' | 'KRW' | 'KWD' | 'CLF' | 'virtual' | 'free'
  readonly isSandbox: boolean
  readonly party: 'known' | 'unknown' | 'visitor'
  readonly lines: 'good' | 'bundle' | 'bonus' | 'free line' | 'game key' | 'pre-order' | 'attributes'
  readonly promotions: 'none' | 'of the order' | 'of a line' | 'of both' | 'of no catalog'
  readonly codes: 'none' | 'promo code' | 'coupon' | 'both'
  readonly refund: RefundCode
  readonly payment: 'bare' | 'told in full' | 'declined with a reason'
  readonly parameters: 'none' | 'some'
}

const TOGGLES = Object.keys(noToggles) as readonly (keyof NotificationToggles)[]

/** Every value of each circumstance. */
const CIRCUMSTANCES: { readonly [Name in keyof Circumstances]: readonly Circumstances[Name][] } = {
  type: DELIVERY_TYPES,
  mode: ['combined', 'separate'],
  version: [1, 2],
  isBundleContentSent: [true, false],
  route: ['webhook', 'events'],
  toggles: ['none', ...TOGGLES, 'all'],
  money: ['USD', 'JPY', 'KRW', 'KWD', 'CLF', 'virtual', 'free'],
  isSandbox: [false, true],
  party: ['known', 'unknown', 'visitor'],
  lines: ['good', 'bundle', 'bonus', 'free line', 'game key', 'pre-order', 'attributes'],
  promotions: ['none', 'of the order', 'of a line', 'of both', 'of no catalog'],
  codes: ['none', 'promo code', 'coupon', 'both'],
  refund: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13],
  payment: ['bare', 'told in full', 'declined with a reason'],
  parameters: ['none', 'some'],
}

/** One body to render, and what it is documented as. */
export interface BodyCase {
  readonly type: DeliveryType
  readonly documented: DocumentedBody
  readonly subject: NotificationSubject
  readonly circumstances: Circumstances
}

/** Every pair of values of two circumstances is in at least one case; the other circumstances go round. */
export function bodyCases(): readonly BodyCase[] {
  const names = Object.keys(CIRCUMSTANCES) as (keyof Circumstances)[]
  let turn = 0
  const around = (chosen: Partial<Circumstances>): Circumstances => {
    turn += 1
    const others = names.map((name, index) => {
      const values = CIRCUMSTANCES[name]
      return [name, values[(turn * (index + 1) + Math.floor(turn / values.length)) % values.length]] as const
    })
    return { ...Object.fromEntries(others), ...chosen } as Circumstances
  }
  const pairs = names.flatMap((one, index) => names.slice(index + 1).map((other) => [one, other] as const))
  return pairs.flatMap(([one, other]) =>
    CIRCUMSTANCES[one].flatMap((a) => CIRCUMSTANCES[other].map((b) => caseOf(around({ [one]: a, [other]: b })))),
  )
}

const IS_ABOUT_ORDER: ReadonlySet<DeliveryType> = new Set(['order_paid', 'order_canceled'])

/** Bodies about money are about orders that cost some, so those become orders in dollars. */
function caseOf(wanted: Circumstances): BodyCase {
  const isPaid = wanted.money !== 'virtual' && wanted.money !== 'free'
  const money = isPaid || IS_ABOUT_ORDER.has(wanted.type) ? wanted.money : 'USD'
  const circumstances: Circumstances = { ...wanted, money }
  return {
    type: wanted.type,
    documented: documentedAs(wanted.type, wanted.mode),
    subject: subjectOf(circumstances),
    circumstances,
  }
}

/** The documentation has a page for each mode of the order webhooks. */
export function documentedAs(type: DeliveryType, mode: WebhookMode): DocumentedBody {
  return type === 'order_paid' || type === 'order_canceled' ? `${type}.${mode}` : type
}

function subjectOf(of: Circumstances): NotificationSubject {
  const isPaid = of.money !== 'virtual' && of.money !== 'free'
  const { mode, version, route, isBundleContentSent } = of
  const toggles = togglesOf(of.toggles)
  return givenSubject({
    format: { mode, version, route, isBundleContentSent, toggles },
    order: orderOf(of),
    items: linesOf(of),
    payment: isPaid ? paymentOf(of) : null,
    refund: isPaid ? refundOf(of) : null,
  })
}

function togglesOf(name: Circumstances['toggles']): NotificationFormat['toggles'] {
  const on = TOGGLES.map((toggle) => [toggle, name === 'all' || name === toggle] as const)
  return Object.fromEntries(on) as unknown as NotificationFormat['toggles']
}

function currencyOf({ money }: Circumstances): Pick<Row<'orders'>, 'currency_kind' | 'currency'> {
  if (money === 'virtual') return { currency_kind: 'virtual', currency: 'gold' }
  return money === 'free' ? { currency_kind: 'free', currency: null } : { currency_kind: 'real', currency: money }
}

const PARTIES: Readonly<Record<Circumstances['party'], Partial<Row<'orders'>>>> = {
  known: { user_details: '{"name":"Ann","phone":"18777976552","ip":"127.0.0.1","zip":"10001"}' },
  unknown: { user_email: null, user_country: null },
  visitor: { party_kind: 'visitor', party_id: 'abcdefgh12345678', user_email: null },
}

const ORDER_PROMOTION = { amountWithoutDiscount: 600, amountWithDiscount: 549, sequence: 1 }
const LINE_PROMOTION = { amountWithoutDiscount: 299, amountWithDiscount: 199, sequence: 2 }
const PROMOTIONS: Readonly<Record<Circumstances['promotions'], readonly [order: string, line: string]>> = {
  none: ['[]', '[]'],
  'of the order': [JSON.stringify([{ ...ORDER_PROMOTION, id: 7, technicalName: 'summer' }]), '[]'],
  'of a line': ['[]', JSON.stringify([{ ...LINE_PROMOTION, id: 8, technicalName: 'swords' }])],
  'of both': [
    JSON.stringify([{ ...ORDER_PROMOTION, id: 7, technicalName: 'summer' }]),
    JSON.stringify([
      { ...ORDER_PROMOTION, id: 7, technicalName: 'summer' },
      { ...LINE_PROMOTION, id: 8, technicalName: 'swords' },
    ]),
  ],
  'of no catalog': [JSON.stringify([ORDER_PROMOTION]), '[]'],
}

function orderOf(of: Circumstances): Row<'orders'> {
  const hasPromoCode = of.codes === 'promo code' || of.codes === 'both'
  const hasCoupon = of.codes === 'coupon' || of.codes === 'both'
  const isFree = of.money === 'free'
  return givenOrder({
    ...currencyOf(of),
    ...PARTIES[of.party],
    mode: of.isSandbox ? 'sandbox' : 'default',
    amount: isFree ? 0 : 549,
    promotions: PROMOTIONS[of.promotions][0],
    promocodes: hasPromoCode ? '[{"code":"SUMMER","externalId":"promo_summer"}]' : null,
    coupons: hasCoupon ? '[{"code":"WINTER","externalId":"coupon_winter"}]' : null,
    custom_parameters: of.parameters === 'some' ? '{"guild":"red"}' : null,
    external_id: of.parameters === 'some' ? 'shop-77' : null,
    comment: of.parameters === 'some' ? 'a friend of the house' : null,
  })
}

const GOOD = givenItem({ amount_without_discount: 299 })
const NOTHING = { amount: 0, amount_without_discount: 0, is_free: 1 } as const
const LINES: Readonly<Record<Circumstances['lines'], readonly Row<'order_items'>[]>> = {
  good: [GOOD],
  bundle: [
    givenItem({ sku: 'gold_pack', type: 'bundle', amount: 350, amount_without_discount: 350 }),
    givenItem({
      position: 2,
      sku: 'gold',
      type: 'virtual_currency',
      quantity: 1500,
      amount: null,
      amount_without_discount: null,
      is_bundle_content: 1,
    }),
  ],
  bonus: [GOOD, givenItem({ ...NOTHING, position: 2, sku: 'sticker', is_bonus: 1 })],
  'free line': [GOOD, givenItem({ ...NOTHING, position: 2, sku: 'sticker' })],
  'game key': [givenItem({ sku: 'game_steam', type: 'game_key' })],
  'pre-order': [givenItem({ is_pre_order: 1 })],
  attributes: [givenItem({ custom_attributes: '{"rarity":"epic","purchased":0}', type: 'physical_good' })],
}

function linesOf(of: Circumstances): readonly Row<'order_items'>[] {
  const [, promotions] = PROMOTIONS[of.promotions]
  const lines = LINES[of.lines].map((line, index) => (index === 0 ? { ...line, promotions } : line))
  return of.money === 'free'
    ? lines.map((line) => (line.is_bundle_content === 1 ? line : { ...line, ...NOTHING }))
    : lines
}

const PAYMENT_DETAILS: Readonly<Record<Circumstances['payment'], object>> = {
  bare: {},
  'told in full': {
    paymentMethodOrderId: '178547818170513111',
    agreement: 1_536_354,
    card: { bin: '411111', suffix: '1111', brand: 'visa' },
    savedMethod: 2,
    paymentType: 2,
    paymentAccount: { id: 1, name: '411111******1111', payment_method: 1380, country: 'US', type: 'card' },
    paymentMethodFee: 11,
    vat: { amount: 50, percent: 10 },
    salesTax: { amount: 3, percent: 0.5 },
  },
  'declined with a reason': { declineCode: 7, declineReason: 'stolen card' },
}

function paymentOf(of: Circumstances): Row<'payments'> {
  const { currency } = currencyOf(of)
  return givenPayment({
    currency: currency ?? '',
    is_sandbox: of.isSandbox ? 1 : 0,
    details: JSON.stringify(PAYMENT_DETAILS[of.payment]),
    method: of.payment === 'bare' ? 0 : 1380,
  })
}

function refundOf(of: Circumstances): Row<'refunds'> {
  const code = of.refund
  return givenRefund({
    code,
    reason: REFUND_CODES[code].reason,
    reason_detail: of.parameters === 'some' ? 'asked by mail' : null,
    amount: of.type === 'partial_refund' ? 100 : 549,
    currency: currencyOf(of).currency ?? '',
  })
}

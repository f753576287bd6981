// The bodies of queued webhooks: what each member says and, where order matters, byte for byte. Their fields: every-body.test.ts.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { DeliveryType } from '@ordertrail/core'
import type { NotificationSubject } from './notification-subject.ts'
import { renderNotification } from './render-notification.ts'
import {
  givenItem,
  givenOrder,
  givenPayment,
  givenRefund,
  givenSubject,
  noToggles,
  pack,
} from './testing/given-subject.ts'

const bodyOf = (type: DeliveryType, subject: NotificationSubject) => JSON.parse(renderNotification(type, subject))

const fullOrder = givenOrder({
  external_id: 'shop-77',
  custom_parameters: '{"guild":"red"}',
  user_details: '{"name":"Ann","phone":"18777976552","ip":"127.0.0.1","zip":"10001"}',
  promotions: '[{"amountWithoutDiscount":600,"amountWithDiscount":549,"sequence":1}]',
  promocodes: '[{"code":"SUMMER","externalId":"promo_summer"}]',
  coupons: '[{"code":"WINTER","externalId":"coupon_winter"}]',
})
const fullPayment = givenPayment({
  is_sandbox: 1,
  details: JSON.stringify({
    agreement: 1536354,
    card: { bin: '411111', suffix: '1111', brand: 'visa' },
    savedMethod: 2,
    paymentType: 2,
    paymentAccount: { id: 1, name: 'visa', payment_method: 1380, country: 'US', type: 'card' },
    paymentMethodFee: 11,
    vat: { amount: 50, percent: 10 },
  }),
})
test('a combined order_paid stands as it was captured, byte for byte', () => {
  assert.equal(
    renderNotification(
      'order_paid',
      givenSubject({
        items: [givenItem()],
        order: givenOrder({ amount: 199 }),
        payment: givenPayment({ amount: 199 }),
      }),
    ),
    '{"items":[{"sku":"sword","type":"virtual_good","is_pre_order":false,"quantity":1,"amount":"1.9900","promotions":[]}],' +
      '"notification_type":"order_paid",' +
      '"order":{"id":10000001,"mode":"default","currency_type":"real","currency":"USD","amount":"1.9900","status":"paid","platform":"xsolla","comment":null,"invoice_id":"2105129134","promotions":[]},' +
      '"user":{"external_id":"player-1","email":"player@example.com","country":"US"},' +
      '"billing":{"notification_type":"payment","settings":{"project_id":44056,"merchant_id":1001},' +
      '"purchase":{"total":{"currency":"USD","amount":1.99}},' +
      '"transaction":{"id":2105129134,"payment_method_order_id":"178547818170513111","payment_date":"2026-07-31T06:10:23+00:00","payment_method":1380,"payment_method_name":"Bank card"},' +
      '"payment_details":{"payment":{"currency":"USD","amount":1.99},"payment_method_sum":{"currency":"USD","amount":1.99},"xsolla_balance_sum":{"currency":"USD","amount":0},"payout":{"currency":"USD","amount":1.99},"xsolla_fee":{"currency":"USD","amount":0},"payment_method_fee":{"currency":"USD","amount":0},' +
      '"vat":{"currency":"USD","amount":0,"percent":0},"sales_tax":{"currency":"USD","amount":0,"percent":0},"direct_wht":{"currency":"USD","amount":0,"percent":0},"payout_currency_rate":"1","repatriation_commission":{"currency":"USD","amount":0},"country_wht":{"currency":"USD","amount":0,"percent":0},"user_acquisition_fee":{"currency":"USD","amount":0,"percent":0}}}}',
  )
})

test('a payment has its members in the captured order', () => {
  const body = bodyOf('payment', givenSubject({ order: fullOrder, payment: fullPayment, format: { mode: 'separate' } }))
  assert.deepEqual(Object.keys(body), [
    'notification_type',
    'settings',
    'purchase',
    'user',
    'transaction',
    'payment_details',
    'custom_parameters',
  ])
  assert.deepEqual(Object.keys(body.purchase).slice(0, 2), ['checkout', 'total'])
  assert.deepEqual(Object.keys(body.user), ['ip', 'phone', 'email', 'id', 'name', 'country', 'zip'])
  assert.deepEqual(Object.keys(body.transaction), [
    'id',
    'external_id',
    'payment_method_order_id',
    'dry_run',
    'agreement',
    'payment_date',
    'payment_method',
    'payment_method_name',
  ])
})

test('version 2 puts the three flags after is_pre_order', () => {
  const [bundle, content] = bodyOf('order_paid', givenSubject({ format: { version: 2 } })).items
  assert.equal(
    JSON.stringify(bundle),
    '{"sku":"gold_pack","type":"bundle","is_pre_order":false,"is_free":false,"is_bonus":false,"is_bundle_content":false,"quantity":1,"amount":"3.5000","promotions":[]}',
  )
  assert.equal(
    JSON.stringify(content),
    '{"sku":"gold","type":"virtual_currency","is_pre_order":false,"is_free":false,"is_bonus":false,"is_bundle_content":true,"quantity":1500,"amount":null,"promotions":[]}',
  )
})

test('bundle content can be left out of both the items and the order object', () => {
  const skusOf = (isBundleContentSent: boolean) => {
    const subject = givenSubject({ format: { isBundleContentSent, toggles: { ...noToggles, orderObject: true } } })
    const items = bodyOf('order_paid', subject).items.map((item: { sku: string }) => item.sku)
    const lines = bodyOf('payment', subject).purchase.order.lineitems.map((line: { sku: string }) => line.sku)
    return { items, lines }
  }
  assert.deepEqual(skusOf(true), { items: ['gold_pack', 'gold', 'sword'], lines: ['gold_pack', 'gold', 'sword'] })
  assert.deepEqual(skusOf(false), { items: ['gold_pack', 'sword'], lines: ['gold_pack', 'sword'] })
})

describe('amounts', () => {
  const cases = [
    { currency: 'USD', minor: 199, text: '1.9900', number: 1.99 },
    { currency: 'JPY', minor: 150, text: '150.0000', number: 150 },
    { currency: 'KWD', minor: 1234, text: '1.2340', number: 1.234 },
  ]
  for (const { currency, minor, text, number } of cases)
    test(`${currency} is text with four decimals in the order and a number in billing`, () => {
      const body = bodyOf(
        'order_paid',
        givenSubject({
          order: givenOrder({ currency, amount: minor }),
          items: [givenItem({ amount: minor })],
          payment: givenPayment({ currency, amount: minor }),
        }),
      )
      assert.deepEqual(
        { order: body.order.amount, item: body.items[0].amount, paid: body.billing.payment_details.payment },
        { order: text, item: text, paid: { currency, amount: number } },
      )
    })

  test('a free line of a paid order is "0"', () => {
    const items = [givenItem(), givenItem({ position: 2, sku: 'sticker', amount: 0, is_free: 1 })]
    assert.deepEqual(
      bodyOf('order_paid', givenSubject({ items })).items.map((item: { amount: string }) => item.amount),
      ['1.9900', '0'],
    )
  })

  test('what the provider kept is taken from the payout', () => {
    const details = bodyOf('payment', givenSubject({ payment: fullPayment })).payment_details
    assert.deepEqual(
      { payout: details.payout, fee: details.payment_method_fee, vat: details.vat },
      {
        payout: { currency: 'USD', amount: 5.38 },
        fee: { currency: 'USD', amount: 0.11 },
        vat: { currency: 'USD', amount: 0.5, percent: 10 },
      },
    )
  })
})

test('a fee above what was captured leaves a payout of 0', () => {
  const payment = givenPayment({ amount: 10, details: '{"paymentMethodFee":11}' })
  assert.deepEqual(bodyOf('payment', givenSubject({ payment })).payment_details.payout, { currency: 'USD', amount: 0 })
})

describe('orders without a payment', () => {
  for (const type of ['order_paid', 'order_canceled'] as const)
    test(`${type} of a free order has no billing, no invoice and no currency`, () => {
      const order = givenOrder({ currency_kind: 'free', currency: null, amount: 0, accepted_payment_id: null })
      const items = [givenItem({ amount: 0, amount_without_discount: 0, is_free: 1 })]
      const body = bodyOf(type, givenSubject({ order, items, payment: null }))
      assert.equal('billing' in body, false)
      assert.deepEqual(body.order, {
        id: 10_000_001,
        mode: 'default',
        currency_type: 'unknown',
        currency: null,
        amount: '0',
        status: type === 'order_paid' ? 'paid' : 'canceled',
        platform: 'xsolla',
        comment: null,
        invoice_id: null,
        promotions: [],
      })
      assert.equal(body.items[0].amount, '0')
    })

  test('a virtual order tells whole units of the currency', () => {
    const order = givenOrder({ currency_kind: 'virtual', currency: 'gold', amount: 150, accepted_payment_id: null })
    const body = bodyOf('order_paid', givenSubject({ order, items: [givenItem({ amount: 150 })], payment: null }))
    const { currency_type, currency, amount, invoice_id } = body.order
    assert.deepEqual(
      { currency_type, currency, amount, invoice_id, item: body.items[0].amount },
      { currency_type: 'virtual', currency: 'gold', amount: '150', invoice_id: null, item: '150' },
    )
  })
})

describe('refunds', () => {
  test('order_canceled says canceled and carries the refund in combined mode', () => {
    const body = bodyOf('order_canceled', givenSubject({ refund: givenRefund({ reason_detail: 'asked by mail' }) }))
    assert.equal(body.order.status, 'canceled')
    assert.equal(body.order.invoice_id, '2105129134')
    assert.equal(body.billing.notification_type, 'refund')
    assert.equal(body.billing.transaction.date, '2026-07-31T06:10:23+00:00')
    assert.deepEqual(body.billing.refund_details, {
      code: 9,
      reason: 'request of the user',
      author: 'support@example.com',
      date: '2026-08-01T10:00:05+00:00',
      reason_detail: 'asked by mail',
    })
  })

  test('a partial refund tells the sum given back and the purchase as it was', () => {
    const body = bodyOf('partial_refund', givenSubject({ refund: givenRefund({ amount: 100, code: 1 }) }))
    assert.deepEqual(
      { total: body.purchase.total, back: body.payment_details.payment },
      { total: { currency: 'USD', amount: 5.49 }, back: { currency: 'USD', amount: 1 } },
    )
  })

  test('a body about a refund cannot be rendered without one', () => {
    assert.throws(() => renderNotification('refund', givenSubject()), TypeError)
  })

  test('a body about a payment cannot be rendered without one', () => {
    assert.throws(() => renderNotification('payment', givenSubject({ payment: null })), TypeError)
  })
})

test('separate order webhooks have no billing', () => {
  const subject = givenSubject({ format: { mode: 'separate' }, refund: givenRefund() })
  assert.equal('billing' in bodyOf('order_paid', subject), false)
  assert.equal('billing' in bodyOf('order_canceled', subject), false)
})

test('only test payments carry dry_run, and it is 1', () => {
  const real = bodyOf('order_paid', givenSubject()).billing.transaction
  const sandbox = bodyOf('order_paid', givenSubject({ payment: givenPayment({ is_sandbox: 1 }) })).billing.transaction
  assert.deepEqual({ real: real.dry_run, sandbox: sandbox.dry_run }, { real: undefined, sandbox: 1 })
})

test('a visitor has a namespace of its own and an empty e-mail', () => {
  const order = givenOrder({
    party_kind: 'visitor',
    party_id: 'abcdefgh12345678',
    user_email: null,
    user_country: null,
  })
  assert.deepEqual(bodyOf('order_paid', givenSubject({ order })).user, {
    external_id: 'visitor:abcdefgh12345678',
    email: '',
  })
  assert.deepEqual(bodyOf('payment', givenSubject({ order })).user, { id: 'visitor:abcdefgh12345678' })
})

describe('toggles', () => {
  const withToggle = (name: keyof typeof noToggles) =>
    bodyOf(
      'payment',
      givenSubject({ order: fullOrder, payment: fullPayment, format: { toggles: { ...noToggles, [name]: true } } }),
    )
  const none = bodyOf('payment', givenSubject({ order: fullOrder, payment: fullPayment }))

  test('paymentAccount adds the saved account', () => {
    assert.equal(none.payment_account, undefined)
    assert.equal(withToggle('paymentAccount').payment_account.name, 'visa')
  })
  test('savedPaymentMethods adds two custom parameters to those of the order', () => {
    assert.deepEqual(none.custom_parameters, { guild: 'red' })
    assert.deepEqual(withToggle('savedPaymentMethods').custom_parameters, {
      guild: 'red',
      saved_payment_method: 2,
      payment_type: 2,
    })
  })
  test('orderObject adds the order with its lines', () => {
    assert.equal(none.purchase.order, undefined)
    assert.deepEqual(withToggle('orderObject').purchase.order, {
      id: 10_000_001,
      lineitems: [
        { sku: 'gold_pack', quantity: 1, price: { currency: 'USD', amount: 3.5 } },
        { sku: 'gold', quantity: 1500, price: { currency: 'USD', amount: 0 } },
        {
          sku: 'sword',
          quantity: 1,
          price: { currency: 'USD', amount: 1.99 },
          price_before_discount: { currency: 'USD', amount: 2.99 },
        },
      ],
    })
  })
  test('onlyNecessaryUser leaves id and country', () => {
    assert.deepEqual(withToggle('onlyNecessaryUser').user, { id: 'player-1', country: 'US' })
  })
  test('cardDetails adds first and last digits, cardBrand the brand', () => {
    const cardOf = ({ transaction: { card_bin, card_suffix, card_brand } }: typeof none) => ({
      card_bin,
      card_suffix,
      card_brand,
    })
    assert.deepEqual(cardOf(none), { card_bin: undefined, card_suffix: undefined, card_brand: undefined })
    assert.deepEqual(cardOf(withToggle('cardDetails')), {
      card_bin: '411111',
      card_suffix: '1111',
      card_brand: undefined,
    })
    assert.deepEqual(cardOf(withToggle('cardBrand')), {
      card_bin: undefined,
      card_suffix: undefined,
      card_brand: 'visa',
    })
  })
  test('the events API gets the order object without asking', () => {
    const body = bodyOf(
      'payment',
      givenSubject({ items: pack.slice(2), format: { route: 'events', mode: 'separate' } }),
    )
    assert.equal(body.purchase.order.lineitems.length, 1)
  })
})

test('promotions, promo codes and coupons are told as amounts and codes', () => {
  const { order, billing } = bodyOf('order_paid', givenSubject({ order: fullOrder }))
  assert.deepEqual(order.promotions, [
    { amount_without_discount: '6.0000', amount_with_discount: '5.4900', sequence: 1 },
  ])
  assert.deepEqual(order.promocodes, [{ code: 'SUMMER', external_id: 'promo_summer' }])
  assert.deepEqual(order.coupons, [{ code: 'WINTER', external_id: 'coupon_winter' }])
  assert.deepEqual(billing.purchase.coupon, { coupon_code: 'WINTER', campaign_code: 'coupon_winter' })
})

test('purchase names each promotion of the catalog once, those of single lines included', () => {
  const applied = { amountWithoutDiscount: 600, amountWithDiscount: 549, sequence: 1 }
  const summer = { ...applied, id: 7, technicalName: 'summer' }
  const swords = { ...applied, id: 8, technicalName: 'swords' }
  const subject = givenSubject({
    order: givenOrder({ promotions: JSON.stringify([summer, applied]) }),
    items: [givenItem({ promotions: JSON.stringify([summer, swords]) })],
  })
  const named = [
    { technical_name: 'summer', id: 7 },
    { technical_name: 'swords', id: 8 },
  ]
  assert.deepEqual(bodyOf('order_paid', subject).billing.purchase.promotions, named)
  assert.deepEqual(bodyOf('payment', subject).purchase.promotions, named)
  const nameless = givenSubject({ order: givenOrder({ promotions: JSON.stringify([applied]) }) })
  assert.equal('promotions' in bodyOf('payment', nameless).purchase, false)
})

test('custom attributes of an item and parameters of the order are passed on as they are', () => {
  const body = bodyOf('order_paid', givenSubject({ order: fullOrder }))
  assert.deepEqual(body.items[2].custom_attributes, { rarity: 'epic' })
  assert.deepEqual(body.custom_parameters, { guild: 'red' })
})

test('a declined payment names the payment and the code 8 unless the provider said more', () => {
  const plain = bodyOf('ps_declined', givenSubject())
  assert.deepEqual(plain.transaction, { id: 2_105_129_134, payment_method: 1380 })
  assert.equal(plain.refund_details.code, 8)
  const fraud = givenPayment({ details: '{"declineCode":7,"declineReason":"stolen card"}' })
  const { code, date, reason_detail } = bodyOf('ps_declined', givenSubject({ payment: fraud })).refund_details
  assert.deepEqual(
    { code, date, reason_detail },
    { code: 7, date: '2026-07-31T06:10:23+00:00', reason_detail: 'stolen card' },
  )
  const unknown = givenPayment({ details: '{"declineCode":99}' })
  assert.equal(bodyOf('ps_declined', givenSubject({ payment: unknown })).refund_details.code, 8)
})

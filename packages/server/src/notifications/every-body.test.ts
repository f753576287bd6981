// Every body that can be rendered, held against the documentation: all pairs of circumstances, and rows of any content.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { DELIVERY_TYPES, MINOR_UNITS_MAX } from '@ordertrail/core'
import fc from 'fast-check'
import { renderNotification } from './render-notification.ts'
import { renderUserSearch } from './render-user-search.ts'
import { renderUserValidation } from './render-user-validation.ts'
import { bodyCases, documentedAs } from './testing/body-cases.ts'
import { complaintsAbout, pathsIn } from './testing/check-body.ts'
import { DOCUMENTED_BODIES, type DocumentedBody, documentedFields } from './testing/documented-fields.ts'
import { givenItem, givenOrder, givenPayment, givenRefund, givenSubject, noToggles } from './testing/given-subject.ts'
import { whyUnsent } from './testing/unsent-fields.ts'

/** Rendered elsewhere; its own test holds it against the documentation. */
const ELSEWHERE: readonly DocumentedBody[] = ['partner_side_catalog']

const cases = bodyCases()

/** user_validation asks about the buyer of each of the orders. */
const questions = cases.map(({ subject: { merchantId, order, format } }) =>
  renderUserValidation({ merchantId, order, toggles: format.toggles }),
)

/** user_search looks for a player by either id. */
const searches = [{ userId: 'player-1' }, { publicId: 'Ann#7' }].map((who) =>
  renderUserSearch({ projectId: 44056, merchantId: 1001, ...who }),
)

test('every body over all pairs of circumstances is as documented', () => {
  for (const { type, documented, subject, circumstances } of cases) {
    const complaints = complaintsAbout(documented, renderNotification(type, subject))
    assert.deepEqual(complaints, [], JSON.stringify(circumstances))
  }
  for (const body of questions) assert.deepEqual(complaintsAbout('user_validation', body), [])
  for (const body of searches) assert.deepEqual(complaintsAbout('user_search', body), [])
})

describe('each documented field is sent in some body, or is known to be sent in none', () => {
  const sent = new Map<DocumentedBody, Set<string>>(DOCUMENTED_BODIES.map((name) => [name, new Set()]))
  const note = (name: DocumentedBody, body: string) => {
    for (const path of pathsIn(body)) sent.get(name)?.add(path)
  }
  for (const { type, documented, subject } of cases) note(documented, renderNotification(type, subject))
  for (const body of questions) note('user_validation', body)
  for (const body of searches) note('user_search', body)

  for (const name of DOCUMENTED_BODIES.filter((body) => !ELSEWHERE.includes(body)))
    test(name, () => {
      const fields = documentedFields(name)
      const unsent = fields.filter(({ path }) => !sent.get(name)?.has(path)).map(({ path }) => path)
      assert.deepEqual(
        unsent,
        fields.filter(({ path }) => whyUnsent(path) !== null).map(({ path }) => path),
      )
      assert.deepEqual(
        unsent,
        fields.filter(({ when }) => when === 'never').map(({ path }) => path),
      )
    })
})

test('flags are there in version 2 only, bundle content and billing only where they belong', () => {
  for (const { type, subject, circumstances: of } of cases) {
    if (type !== 'order_paid' && type !== 'order_canceled') continue
    const body = JSON.parse(renderNotification(type, subject))
    const isPaid = of.money !== 'virtual' && of.money !== 'free'
    assert.equal('billing' in body, of.mode === 'combined' && isPaid, JSON.stringify(of))
    const listed = subject.items.filter((line) => of.isBundleContentSent || line.is_bundle_content === 0)
    assert.deepEqual(
      body.items.map((item: Record<string, unknown>) => [
        item.sku,
        item.is_free,
        item.is_bonus,
        item.is_bundle_content,
      ]),
      listed.map((line) =>
        of.version === 2
          ? [line.sku, line.is_free === 1, line.is_bonus === 1, line.is_bundle_content === 1]
          : [line.sku, undefined, undefined, undefined],
      ),
    )
  }
})

/** Four decimals without any arithmetic of ours: the digits of the amount, with the point where the currency has it. */
function decimals(minor: number, digits: number): string {
  const text = String(minor).padStart(digits + 1, '0')
  return `${text.slice(0, text.length - digits)}.${text.slice(text.length - digits).padEnd(4, '0')}`
}

const DIGITS: Readonly<Record<string, number>> = { USD: 2, JPY: 0, KRW: 0, KWD: 3, CLF: 4 }

const text = fc.string({ unit: 'binary', maxLength: 40 })
const amount = fc.integer({ min: 0, max: MINOR_UNITS_MAX })
const parameters = fc.dictionary(text, fc.jsonValue({ maxDepth: 3 }), { maxKeys: 5 })
const rows = fc.record({
  type: fc.constantFrom(...DELIVERY_TYPES),
  mode: fc.constantFrom('combined' as const, 'separate' as const),
  version: fc.constantFrom(1 as const, 2 as const),
  currency: fc.constantFrom(...Object.keys(DIGITS)),
  amount,
  line: amount,
  refunded: amount,
  words: fc.array(text, { minLength: 8, maxLength: 8 }),
  parameters: fc.option(parameters),
  attributes: fc.option(parameters),
  occurredAt: fc.integer({ min: 0, max: Date.UTC(2200, 0) }),
  transactionId: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  code: fc.integer({ min: 1, max: 13 }),
})

test('rows of any content make bodies as documented, and come out of them unchanged', () => {
  fc.assert(
    fc.property(rows, (row) => {
      const { currency, type, mode, version, transactionId } = row
      const [party = '', email = '', comment = '', sku = '', method = '', reference = '', code = '', author = ''] =
        row.words
      const subject = givenSubject({
        format: { mode, version, toggles: { ...noToggles, orderObject: true, savedPaymentMethods: true } },
        order: givenOrder({
          currency,
          amount: row.amount,
          party_id: party,
          user_email: email,
          comment,
          external_id: reference,
          custom_parameters: row.parameters === null ? null : JSON.stringify(row.parameters),
          coupons: JSON.stringify([{ code, externalId: reference }]),
          user_details: JSON.stringify({ name: author, phone: code, ip: reference, zip: comment }),
        }),
        items: [
          givenItem({
            sku,
            amount: row.line,
            custom_attributes: row.attributes === null ? null : JSON.stringify(row.attributes),
          }),
        ],
        payment: givenPayment({
          id: transactionId,
          currency,
          amount: row.amount,
          method_name: method,
          provider_reference: reference,
          occurred_at: row.occurredAt,
        }),
        refund: givenRefund({ amount: Math.min(row.refunded, row.amount), currency, code: row.code, author }),
      })
      const rendered = renderNotification(type, subject)
      assert.deepEqual(complaintsAbout(documentedAs(type, mode), rendered), [])
      const body = JSON.parse(rendered)
      if (type === 'order_paid' || type === 'order_canceled') {
        const digits = DIGITS[currency] ?? 0
        assert.deepEqual(
          [body.order.amount, body.items[0].amount, body.order.invoice_id],
          [decimals(row.amount, digits), decimals(row.line, digits), String(transactionId)],
        )
        assert.deepEqual([body.order.comment, body.items[0].sku, body.user.email], [comment, sku, email])
        if (row.parameters !== null)
          assert.equal(JSON.stringify(body.custom_parameters), JSON.stringify(row.parameters))
      } else if (type !== 'ps_declined') {
        assert.equal(BigInt(body.transaction.id), BigInt(transactionId))
        const told = body.purchase.total.amount.toFixed(DIGITS[currency])
        assert.equal(told.replace('.', '').replace(/^0+(?=.)/, ''), String(row.amount))
      }
    }),
    { numRuns: 400 },
  )
})

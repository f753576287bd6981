// A property over whole lives of orders: answers, resends, pauses, partial refunds and a cancellation in any order.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type ChainRow, settleChain } from './chain-line.ts'
import { type DeliveryState, type DeliveryType, isEnded, type WebhookMode } from './delivery.ts'
import { afterAttempt, type Verdict } from './delivery-outcome.ts'
import { decideResend } from './resend.ts'
import { type ChainEvent, planDeliveries } from './webhook-chain.ts'

type Step =
  | { readonly kind: 'start' | 'resend' | 'toggle' | 'partial_refund' | 'cancel' }
  | { readonly kind: 'answer'; readonly verdict: Verdict; readonly hasNextPosition: boolean }

const NEEDED: Partial<Record<DeliveryType, DeliveryType>> = {
  order_paid: 'payment',
  partial_refund: 'payment',
  order_canceled: 'refund',
}

/** One order's deliveries, driven like the dispatcher drives them; every start is checked. */
class OrderLine {
  readonly mode: WebhookMode
  rows: readonly ChainRow[] = []
  isPaused = false
  isCanceled = false

  constructor(mode: WebhookMode) {
    this.mode = mode
    this.plan('paid')
  }

  plan(event: ChainEvent): void {
    const { mode, isPaused, rows: existing } = this
    const planned = planDeliveries({ event, mode, currencyKind: 'real', existing, isPaused })
    this.change(planned.changes)
    const fresh = planned.rows.map(({ type, state }, index) => ({ type, state, mode, id: existing.length + index + 1 }))
    this.rows = [...this.rows, ...fresh.map((row) => ({ ...row, hasAttempt: false }))]
    assert.deepEqual(settleChain(this.rows, this), [], 'a plan is settled')
  }

  step(step: Step): void {
    if (step.kind === 'start') this.start()
    if (step.kind === 'resend') this.resend()
    if (step.kind === 'answer') this.answer(step.verdict, step.hasNextPosition)
    if (step.kind === 'toggle') this.isPaused = !this.isPaused
    if (step.kind === 'partial_refund' && !this.isCanceled) this.plan('partial_refund')
    if (step.kind === 'cancel' && !this.isCanceled) this.cancel()
    this.change(settleChain(this.rows, this))
  }

  private cancel(): void {
    const before = this.rows
    this.isCanceled = true
    this.plan('canceled')
    const wasTried = (type: DeliveryType) => before.some((row) => row.type === type && row.hasAttempt)
    const isMade = (type: DeliveryType) => this.rows.some((row) => row.type === type)
    assert.equal(isMade('order_canceled'), wasTried('order_paid'))
    assert.equal(isMade('refund'), this.mode === 'separate' && wasTried('payment'))
    const orderPaid = this.rows.find((row) => row.type === 'order_paid')
    assert.equal(orderPaid?.state === 'void', !wasTried('order_paid'))
  }

  private start(): void {
    const row = this.rows.find(({ state }) => state === 'due')
    if (row === undefined) return
    if (!row.hasAttempt) this.assertMayStart(row)
    this.replace({ ...row, state: 'claimed', hasAttempt: true })
  }

  private assertMayStart(row: ChainRow): void {
    const before = this.rows.slice(0, row.id - 1)
    // A refund that passed a held partial refund may run beside it when that is released later.
    const isPassed = (one: ChainRow) => row.type === 'refund' && one.type === 'partial_refund'
    assert.ok(before.every((one) => isEnded(one.state) || one.state === 'held' || isPassed(one)))
    const needed = before.find(({ type }) => type === NEEDED[row.type])
    assert.ok(needed === undefined || needed.state === 'accepted', `${row.type} without ${NEEDED[row.type]}`)
    assert.ok(row.type !== 'order_paid' || !this.isCanceled)
  }

  private answer(verdict: Verdict, hasNextPosition: boolean): void {
    const row = this.rows.find(({ state }) => state === 'claimed')
    if (row === undefined) return
    this.replace({ ...row, state: afterAttempt({ by: 'automatic', verdict, hasNextPosition, state: row.state }) })
  }

  private resend(): void {
    const orderStatus = this.isCanceled ? 'canceled' : 'paid'
    const row = this.rows.find(
      ({ type, state }) =>
        (state === 'rejected' || state === 'exhausted') &&
        decideResend({ type, state, orderStatus }).kind === 'allowed',
    )
    if (row === undefined) return
    const { state } = row
    this.replace({ ...row, state: afterAttempt({ by: 'manual', verdict: 'accepted', hasNextPosition: false, state }) })
  }

  private change(changes: readonly { readonly id: number; readonly state: DeliveryState }[]): void {
    const states = new Map(changes.map(({ id, state }) => [id, state]))
    this.rows = this.rows.map((row) => ({ ...row, state: states.get(row.id) ?? row.state }))
  }

  private replace(changed: ChainRow): void {
    this.rows = this.rows.map((row) => (row.id === changed.id ? changed : row))
  }
}

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ kind: 'start' } as const) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('answer' as const),
      verdict: fc.constantFrom<Verdict>('accepted', 'rejected', 'retry'),
      hasNextPosition: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.constantFrom('resend', 'toggle', 'partial_refund', 'cancel').map((kind) => ({ kind })) },
)

test('in every life rows start in order, after what they need, and end or are held', () => {
  fc.assert(
    fc.property(fc.constantFrom('separate', 'combined'), fc.array(anyStep, { maxLength: 40 }), (mode, steps) => {
      const line = new OrderLine(mode)
      for (const step of steps) line.step(step)
      if (line.isPaused) line.step({ kind: 'toggle' })
      for (let rest = 0; rest < 2 * line.rows.length; rest++) {
        line.step({ kind: 'start' })
        line.step({ kind: 'answer', verdict: 'retry', hasNextPosition: false })
      }
      assert.ok(line.rows.every(({ state }) => isEnded(state) || state === 'held'))
    }),
    { numRuns: 2_000 },
  )
})

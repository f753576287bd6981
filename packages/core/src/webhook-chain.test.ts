// Tests of the plan: which webhooks each event owes, and what becomes of those already owed.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ChainRow } from './chain-line.ts'
import type { DeliveryState, DeliveryType, WebhookMode } from './delivery.ts'
import { type ChainEvent, type PlanInput, planDeliveries } from './webhook-chain.ts'

/** Rows from words such as `payment accepted`; every state but blocked, held and paused counts as tried. */
function givenRows(mode: WebhookMode, ...words: readonly string[]): readonly ChainRow[] {
  return words.map((word, index) => {
    const [type, state, attempt] = word.split(' ') as [DeliveryType, DeliveryState, string | undefined]
    const isWaiting = ['blocked', 'held', 'paused', 'void', 'moved'].includes(state)
    return {
      id: index + 1,
      type,
      mode,
      state,
      hasAttempt: attempt === 'tried' || (!isWaiting && attempt !== 'untried'),
    }
  })
}

function plan(event: ChainEvent, given: Partial<PlanInput> = {}) {
  return planDeliveries({ event, mode: 'separate', currencyKind: 'real', existing: [], isPaused: false, ...given })
}

/** What becomes of a line at cancellation, in words: new rows with predecessor and state, and changed rows. */
function canceled(mode: WebhookMode, existing: readonly ChainRow[], given: Partial<PlanInput> = {}) {
  const { rows, changes } = plan('canceled', { mode, existing, ...given })
  return {
    rows: rows.map(({ type, state, predecessor }) => {
      if (predecessor === null) return `${type} ${state}`
      return `${type} ${state} after ${predecessor.kind === 'existing' ? `#${predecessor.id}` : rows[predecessor.index]?.type}`
    }),
    changes: changes.map(({ id, state }) => `#${id} ${state}`),
  }
}

test('a payment owes payment and then order_paid in separate mode', () => {
  assert.deepEqual(plan('paid'), {
    rows: [
      { type: 'payment', mode: 'separate', predecessor: null, state: 'due' },
      { type: 'order_paid', mode: 'separate', predecessor: { kind: 'planned', index: 0 }, state: 'blocked' },
    ],
    changes: [],
  })
})

test('a payment owes order_paid alone in combined mode', () => {
  assert.deepEqual(plan('paid', { mode: 'combined' }), {
    rows: [{ type: 'order_paid', mode: 'combined', predecessor: null, state: 'due' }],
    changes: [],
  })
})

test('free and virtual orders owe order_paid alone in both modes, waiting for no payment', () => {
  for (const currencyKind of ['free', 'virtual'] as const) {
    for (const mode of ['separate', 'combined'] as const) {
      const { rows } = plan('paid', { currencyKind, mode })
      assert.deepEqual(rows, [{ type: 'order_paid', mode, predecessor: null, state: 'due' }])
    }
  }
})

test('the first row is paused while webhooks are disabled', () => {
  assert.deepEqual(
    plan('paid', { isPaused: true }).rows.map(({ type, state }) => `${type} ${state}`),
    ['payment paused', 'order_paid blocked'],
  )
})

test('a partial refund stands behind the last row in both modes', () => {
  for (const mode of ['separate', 'combined'] as const) {
    const existing = givenRows(mode, 'order_paid due', 'partial_refund blocked')
    assert.deepEqual(plan('partial_refund', { mode, existing }).rows, [
      { type: 'partial_refund', mode, predecessor: { kind: 'existing', id: 2 }, state: 'blocked' },
    ])
  }
})

test('a partial refund is held at once where the payment was refused', () => {
  const existing = givenRows('separate', 'payment rejected', 'order_paid held')
  assert.deepEqual(plan('partial_refund', { existing }).rows[0]?.state, 'held')
})

test('a partial refund is due at once where all before it is accepted, or nothing is before it', () => {
  const existing = givenRows('separate', 'payment accepted', 'order_paid accepted')
  assert.deepEqual(plan('partial_refund', { existing }).rows[0]?.state, 'due')
  assert.deepEqual(plan('partial_refund').rows, [
    { type: 'partial_refund', mode: 'separate', predecessor: null, state: 'due' },
  ])
})

test('free and virtual orders have no partial refund', () => {
  assert.deepEqual(plan('partial_refund', { currencyKind: 'virtual' }), { rows: [], changes: [] })
})

test('a declined payment owes ps_declined outside the line', () => {
  const existing = givenRows('separate', 'ps_declined due', 'payment due', 'order_paid blocked')
  assert.deepEqual(plan('declined', { existing }).rows, [
    { type: 'ps_declined', mode: 'separate', predecessor: null, state: 'due' },
  ])
  assert.deepEqual(plan('declined', { isPaused: true }).rows[0]?.state, 'paused')
  assert.deepEqual(plan('declined', { currencyKind: 'free' }).rows, [])
})

test('a payment after a declined one does not wait for ps_declined', () => {
  const existing = givenRows('combined', 'ps_declined due')
  assert.deepEqual(plan('paid', { mode: 'combined', existing }).rows, [
    { type: 'order_paid', mode: 'combined', predecessor: null, state: 'due' },
  ])
})

test('a cancellation owes refund and order_canceled in separate mode', () => {
  assert.deepEqual(canceled('separate', givenRows('separate', 'payment accepted', 'order_paid accepted')), {
    rows: ['refund due after #2', 'order_canceled blocked after refund'],
    changes: [],
  })
})

test('a cancellation owes order_canceled alone in combined mode', () => {
  assert.deepEqual(canceled('combined', givenRows('combined', 'order_paid accepted')), {
    rows: ['order_canceled due after #1'],
    changes: [],
  })
})

test('free and virtual orders owe order_canceled alone, without waiting for a refund', () => {
  for (const currencyKind of ['free', 'virtual'] as const) {
    assert.deepEqual(canceled('separate', givenRows('separate', 'order_paid accepted'), { currencyKind }), {
      rows: ['order_canceled due after #1'],
      changes: [],
    })
  }
})

test('an order_paid with no attempt becomes void and no order_canceled is made', () => {
  for (const state of ['due', 'paused']) {
    assert.deepEqual(canceled('combined', givenRows('combined', `order_paid ${state} untried`)), {
      rows: [],
      changes: ['#1 void'],
    })
    const virtual = canceled('separate', givenRows('separate', `order_paid ${state} untried`), {
      currencyKind: 'virtual',
    })
    assert.deepEqual(virtual, { rows: [], changes: ['#1 void'] })
  }
})

test('an order_paid with attempts runs to its end first', () => {
  for (const state of ['due tried', 'claimed untried', 'claimed tried', 'paused tried']) {
    const isPaused = state.startsWith('paused')
    assert.deepEqual(canceled('combined', givenRows('combined', `order_paid ${state}`), { isPaused }), {
      rows: ['order_canceled blocked after #1'],
      changes: [],
    })
  }
})

test('an order_paid that ended unaccepted is followed by order_canceled', () => {
  for (const state of ['rejected', 'exhausted']) {
    assert.deepEqual(canceled('combined', givenRows('combined', `order_paid ${state}`)).rows, [
      'order_canceled due after #1',
    ])
  }
})

test('the refund is owed once the payment was tried, though order_paid becomes void', () => {
  assert.deepEqual(canceled('separate', givenRows('separate', 'payment due tried', 'order_paid blocked')), {
    rows: ['refund blocked after #1'],
    changes: ['#2 void'],
  })
  assert.deepEqual(canceled('separate', givenRows('separate', 'payment claimed untried', 'order_paid blocked')), {
    rows: ['refund blocked after #1'],
    changes: ['#2 void'],
  })
  assert.deepEqual(canceled('separate', givenRows('separate', 'payment rejected', 'order_paid held')), {
    rows: ['refund due after #1'],
    changes: ['#2 void'],
  })
})

test('a payment that was never tried becomes void with all that speaks of it, and no refund is owed', () => {
  const existing = givenRows('separate', 'payment due untried', 'order_paid blocked', 'partial_refund blocked')
  assert.deepEqual(canceled('separate', existing), { rows: [], changes: ['#1 void', '#2 void', '#3 void'] })
  const combined = givenRows('combined', 'order_paid paused', 'partial_refund blocked')
  assert.deepEqual(canceled('combined', combined, { isPaused: true }), { rows: [], changes: ['#1 void', '#2 void'] })
})

test('a partial refund is released when the order_paid before it becomes void', () => {
  const existing = givenRows('separate', 'payment accepted', 'order_paid due untried', 'partial_refund blocked')
  assert.deepEqual(canceled('separate', existing), {
    rows: ['refund blocked after #3'],
    changes: ['#2 void', '#3 due'],
  })
})

test('a partial refund held for a refused payment stays held, and the refund passes it', () => {
  const existing = givenRows('separate', 'payment exhausted', 'order_paid held', 'partial_refund held')
  assert.deepEqual(canceled('separate', existing), { rows: ['refund due after #3'], changes: ['#2 void'] })
})

test('a cancellation before any webhook existed owes all of its own', () => {
  assert.deepEqual(canceled('separate', []).rows, ['refund due', 'order_canceled blocked after refund'])
  assert.deepEqual(canceled('combined', []).rows, ['order_canceled due'])
})

test('what became events counts as told', () => {
  assert.deepEqual(canceled('separate', givenRows('separate', 'payment moved', 'order_paid moved')), {
    rows: ['refund due after #2', 'order_canceled blocked after refund'],
    changes: [],
  })
})

test('a payment told in separate mode is refunded in combined mode too', () => {
  assert.deepEqual(canceled('combined', givenRows('separate', 'payment rejected', 'order_paid held')), {
    rows: ['refund due after #1'],
    changes: ['#2 void'],
  })
  assert.deepEqual(canceled('combined', givenRows('separate', 'payment accepted', 'order_paid accepted')), {
    rows: ['order_canceled due after #2'],
    changes: [],
  })
})

test('an order_paid of combined mode is canceled in separate mode with a refund, or not at all', () => {
  assert.deepEqual(canceled('separate', givenRows('combined', 'order_paid accepted')).rows, [
    'refund due after #1',
    'order_canceled blocked after refund',
  ])
  assert.deepEqual(canceled('separate', givenRows('combined', 'order_paid due untried')), {
    rows: [],
    changes: ['#1 void'],
  })
})

// Paying an order at a provider, with providers that hold, that cannot hold, that decline and that stay silent.
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { openTestStore } from '../platform/store/testing/index.ts'
import { type PayOrderResult, payOrder, type ValidationAnswer, type ValidationStage } from './pay-order.ts'
import type { Psp } from './psp.ts'
import { makeSandboxPsp, SANDBOX_METHODS } from './psps/sandbox.ts'
import { ORDER_ID, openPayments, type Payments } from './testing/payment-store.ts'

const refusal = { kind: 'refused', sentence: 'Unknown player.' } as const
const answered = { kind: 'authorised', providerReference: 'pay-1' } as const
const away = async () => {
  throw new Error('ECONNREFUSED')
}

interface Given {
  readonly psp?: Partial<Psp>
  readonly refuseAt?: ValidationStage
}

/** Presses Pay once; gives what the player sees, and the steps in their order. */
async function press(shop: Payments, { psp = {}, refuseAt }: Given = {}) {
  const steps: string[] = []
  const validateUser = async (_order: unknown, stage: ValidationStage): Promise<ValidationAnswer> => {
    steps.push(stage)
    return stage === refuseAt ? refusal : { kind: 'accepted' }
  }
  const noted = noteCalls({ ...makeSandboxPsp(), authorise: async () => answered, ...psp }, steps)
  const order = await shop.store.read.selectFrom('orders').selectAll().executeTakeFirstOrThrow()
  const method = SANDBOX_METHODS[0] as (typeof SANDBOX_METHODS)[number]
  const result = await payOrder(
    { store: shop.store, validateUser },
    { order, psp: noted, method, attempt: 'a', entered: {} },
  )
  return { result, steps, states: (await shop.payments()).map(({ state }) => state) }
}

function noteCalls(psp: Psp, steps: string[]): Psp {
  const noted = <Input, Output>(name: string, call: (input: Input) => Output) => {
    return (input: Input): Output => {
      steps.push(name)
      return call(input)
    }
  }
  const { authorise, capture, void: release } = psp
  return {
    ...psp,
    authorise: noted('authorise', authorise),
    capture: noted('capture', capture),
    void: noted('void', release),
  }
}

async function openShop(t: TestContext): Promise<Payments> {
  return openPayments(t, (options) => openTestStore('sqlite memory', options))
}

interface Case extends Given {
  readonly name: string
  readonly result: PayOrderResult
  readonly steps: readonly string[]
  readonly states: readonly string[]
}

const HELD = ['pay_pressed', 'authorise', 'before_capture'] as const

const CASES: readonly Case[] = [
  {
    name: 'validates at Pay and between authorisation and capture',
    result: { kind: 'paid', status: 'paid' },
    steps: [...HELD, 'capture'],
    states: ['succeeded'],
  },
  {
    name: 'validates last at Pay where the provider cannot hold',
    psp: { canHold: false },
    result: { kind: 'paid', status: 'paid' },
    steps: ['pay_pressed', 'authorise', 'capture'],
    states: ['succeeded'],
  },
  {
    name: 'asks no provider when the player is refused at Pay',
    refuseAt: 'pay_pressed',
    result: refusal,
    steps: ['pay_pressed'],
    states: [],
  },
  {
    name: 'voids the authorisation when the player is refused before the capture',
    refuseAt: 'before_capture',
    result: refusal,
    steps: [...HELD, 'void'],
    states: ['canceled'],
  },
  {
    name: 'leaves an authorisation that could not be voided to the provider',
    refuseAt: 'before_capture',
    psp: { void: away },
    result: refusal,
    steps: [...HELD, 'void'],
    states: ['authorized'],
  },
  {
    name: 'ends with a declined authorisation',
    psp: { authorise: async () => ({ ...answered, kind: 'declined', reason: 'no funds' }) },
    result: { kind: 'declined', status: 'new' },
    steps: ['pay_pressed', 'authorise'],
    states: ['failed'],
  },
  {
    name: 'waits for a pending authorisation',
    psp: { authorise: async () => ({ ...answered, kind: 'pending' }) },
    result: { kind: 'pending', status: 'new' },
    steps: ['pay_pressed', 'authorise'],
    states: ['pending'],
  },
  {
    name: 'ends with a declined capture',
    psp: { capture: async () => ({ ...answered, kind: 'declined', reason: 'too late' }) },
    result: { kind: 'declined', status: 'new' },
    steps: [...HELD, 'capture'],
    states: ['failed'],
  },
  {
    name: 'keeps the authorisation while a capture is pending',
    psp: { capture: async () => ({ ...answered, kind: 'pending' }) },
    result: { kind: 'pending', status: 'new' },
    steps: [...HELD, 'capture'],
    states: ['authorized'],
  },
  {
    name: 'records nothing when the provider is silent',
    psp: { authorise: away },
    result: { kind: 'unheard' },
    steps: ['pay_pressed', 'authorise'],
    states: [],
  },
  {
    name: 'keeps the authorisation when the capture is not heard of',
    psp: { capture: away },
    result: { kind: 'unheard' },
    steps: [...HELD, 'capture'],
    states: ['authorized'],
  },
]

for (const { name, result, steps, states, ...given } of CASES) {
  test(name, async (t) => {
    assert.deepEqual(await press(await openShop(t), given), { result, steps, states })
  })
}

test('the same press told twice is one payment', async (t) => {
  const shop = await openShop(t)
  const [first, second] = await Promise.all([press(shop), press(shop)])
  assert.deepEqual(
    [first.result, second.result],
    [
      { kind: 'paid', status: 'paid' },
      { kind: 'paid', status: 'paid' },
    ],
  )
  assert.deepEqual(
    [await shop.payments(), await shop.refunds()],
    [[{ provider_reference: 'pay-1', state: 'succeeded' }], []],
  )
})

test('money for an order that another payment has paid meanwhile goes back', async (t) => {
  const shop = await openShop(t)
  const capture = async () => {
    await shop.tell({ eventId: 'evt-other', providerReference: 'pay-other' })
    return answered
  }
  const { result } = await press(shop, { psp: { capture } })
  assert.deepEqual(result, { kind: 'returned', status: 'paid' })
  assert.deepEqual(await shop.refunds(), [{ amount: 199, code: 13, state: 'requested' }])
})

test('money that was taken moves the order although the game is not asked any more', async (t) => {
  const shop = await openShop(t)
  await shop.tell({ type: 'payment.authorized', eventId: 'evt-0' })
  assert.deepEqual((await shop.tell()).order, { id: ORDER_ID, status: 'paid' })
})

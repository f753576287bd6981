// Tests of the status moves: every combination of from, to, kind of money, cause and facts.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CURRENCY_KINDS, ORDER_STATUSES } from './order-status.ts'
import {
  announcementOf,
  decideTransition,
  TRANSITION_CAUSES,
  type TransitionDecision,
  type TransitionQuestion,
} from './status-transition.ts'

// The rules once more, as patterns over one line of words: from to cause kind pending|clear acknowledged|api.
const EXPECTED: readonly (readonly [RegExp, TransitionDecision])[] = [
  [/^(\w+) \1 /, { kind: 'ignore', reason: 'same' }],
  [/^canceled (paid|done) |^done paid /, { kind: 'ignore', reason: 'late' }],
  [/^(new|expired) paid payment_succeeded real /, { kind: 'apply' }],
  [/^new done order_created (virtual|free) /, { kind: 'apply' }],
  [/^new canceled staff_cancel \w+ clear /, { kind: 'apply' }],
  [/^new canceled staff_cancel \w+ pending /, { kind: 'refuse', code: 'payment_pending' }],
  [/^new expired expired \w+ clear /, { kind: 'apply' }],
  [/^new expired expired \w+ pending /, { kind: 'refuse', code: 'payment_pending' }],
  [/^paid done (order_paid_accepted|event_processed|no_listener) \w+ \w+ acknowledged$/, { kind: 'apply' }],
  [/^paid done fulfilled \w+ \w+ api$/, { kind: 'apply' }],
  [
    /^paid done (order_paid_accepted|event_processed|no_listener|fulfilled) /,
    { kind: 'refuse', code: 'fulfilment_way_refused' },
  ],
  [/^(paid|done) canceled refund_succeeded real /, { kind: 'apply' }],
  [/^(paid|done) canceled staff_revoke (virtual|free) /, { kind: 'apply' }],
  [/^/, { kind: 'refuse', code: 'transition_refused' }],
]

function allQuestions(): readonly TransitionQuestion[] {
  const facts = [true, false].flatMap((paymentPending) =>
    (['acknowledged', 'api'] as const).map((fulfilment) => ({ paymentPending, fulfilment })),
  )
  return ORDER_STATUSES.flatMap((from) =>
    ORDER_STATUSES.flatMap((to) =>
      TRANSITION_CAUSES.flatMap((cause) =>
        CURRENCY_KINDS.flatMap((currencyKind) => facts.map((one) => ({ from, to, cause, currencyKind, facts: one }))),
      ),
    ),
  )
}

function inWords({ from, to, cause, currencyKind, facts }: TransitionQuestion): string {
  return [from, to, cause, currencyKind, facts.paymentPending ? 'pending' : 'clear', facts.fulfilment].join(' ')
}

function expectedFor(words: string): TransitionDecision | undefined {
  return EXPECTED.find(([pattern]) => pattern.test(words))?.[1]
}

test('every combination is decided as the rules say', () => {
  const questions = allQuestions()
  const decided = questions.map((question) => [inWords(question), decideTransition(question)])
  const expected = questions.map((question) => [inWords(question), expectedFor(inWords(question))])
  assert.deepEqual(decided, expected)
})

test('76 of 3000 combinations are applied', () => {
  const decisions = allQuestions().map(decideTransition)
  assert.deepEqual([decisions.length, decisions.filter(({ kind }) => kind === 'apply').length], [3000, 76])
})

test('paid and canceled are announced, other moves are not', () => {
  const announced = ORDER_STATUSES.flatMap((from) =>
    ORDER_STATUSES.map((to) => [`${from} ${to}`, announcementOf({ from, to })] as const),
  ).filter(([, event]) => event !== null)
  assert.deepEqual(announced, [
    ['new paid', 'paid'],
    ['new done', 'paid'],
    ['paid canceled', 'canceled'],
    ['done canceled', 'canceled'],
    ['expired paid', 'paid'],
  ])
})

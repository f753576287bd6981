// How fast is a webhook verified and read? Asked of our listener beside the libraries of Stripe and of Standard Webhooks.
import { strict as assert } from 'node:assert'
import { createWebhookListener } from '@ordertrail/webhooks'
import { type SampleItem, sampleOrderPaid, signWebhook } from '@ordertrail/webhooks/testing'
import { installPeers, loadPeer, peerVersion } from './frame/peers.ts'
import type { BenchRun, Figure, Question } from './frame/question.ts'
import { summaryOf } from './frame/statistics.ts'

const SECRET = `whsec_${btoa('a secret of thirty-two bytes: ok.')}`
/** Lines of an order; bodies of a usual, a large and a huge order. */
const ITEM_COUNTS = [1, 15, 150]

/** What is used of the peers. */
interface StripeModule {
  readonly default: new (
    key: string,
  ) => {
    readonly webhooks: {
      constructEvent(body: Buffer, header: string, secret: string): object
      generateTestHeaderString(options: { readonly payload: string; readonly secret: string }): string
    }
  }
}
interface StandardModule {
  readonly Webhook: new (secret: string) => { verify(body: Buffer, headers: Readonly<Record<string, string>>): unknown }
}

/** Verifies one webhook and gives the parsed body, or throws. */
interface Contender {
  readonly name: string
  readonly verify: () => unknown
}

/** The question. */
export const verification: Question = {
  title: 'Webhooks verified and read in a second, one after the other, by one process',
  ask: async (run) => {
    installPeers(run.report)
    const figures: Figure[] = []
    const notes = [
      'Each checks its own signature: the documented one is SHA-1 over body and secret, the others HMAC-SHA-256 with a time window.',
      'Each parses the JSON. Ours also reads it into a typed notification, which the others leave to their users.',
      `stripe ${peerVersion('stripe')} (constructEvent, synchronous), standardwebhooks ${peerVersion('standardwebhooks')} (verify). Rounds take turns.`,
    ]
    for (const count of ITEM_COUNTS) {
      const { bytes, contenders } = await contendersOf(count)
      const found = await measure(run, bytes, contenders)
      figures.push(...found)
      notes.push(ratioNote(bytes, found))
    }
    return { figures, notes }
  },
}

async function contendersOf(
  items: number,
): Promise<{ readonly bytes: number; readonly contenders: readonly Contender[] }> {
  const lines = Array.from({ length: items }, (_, index): SampleItem => ({ sku: `sku_${index}` }))
  const { body, headers } = await signWebhook(sampleOrderPaid({ items: lines }), SECRET)
  const { default: Stripe } = await loadPeer<StripeModule>('stripe')
  const { Webhook } = await loadPeer<StandardModule>('standardwebhooks')
  const rawBody = Buffer.from(body)
  const stripe = new Stripe('sk_test_none').webhooks
  const header = stripe.generateTestHeaderString({ payload: rawBody.toString(), secret: SECRET })
  const standard = new Webhook(SECRET)
  const [documented, ours] = (['documented', 'standard'] as const).map((signature) =>
    createWebhookListener({
      secret: SECRET,
      signature,
      userExists: () => true,
      onPaid: () => {},
      onCanceled: () => {},
    }),
  )
  const contenders = [
    { name: '@ordertrail/webhooks, documented signature', verify: () => documented?.read({ headers, rawBody }) },
    { name: '@ordertrail/webhooks, Standard Webhooks', verify: () => ours?.read({ headers, rawBody }) },
    { name: 'stripe', verify: () => stripe.constructEvent(rawBody, header, SECRET) },
    { name: 'standardwebhooks', verify: () => standard.verify(rawBody, headers) },
  ]
  for (const { name, verify } of contenders.slice(0, 2)) {
    assert.equal(Reflect.get(Object(await verify()), 'kind'), 'notification', name)
  }
  for (const { name, verify } of contenders.slice(2)) assert.ok(verify(), name)
  return { bytes: rawBody.length, contenders }
}

async function measure(run: BenchRun, bytes: number, contenders: readonly Contender[]): Promise<readonly Figure[]> {
  const rounds = run.rounds ?? (run.isQuick ? 5 : 15)
  const ms = run.isQuick ? 50 : 200
  const wanted = contenders.filter(({ name }) => name.includes(run.only))
  const perSecond = new Map(wanted.map(({ name }) => [name, [] as number[]]))
  for (const { verify } of wanted) await rate(verify, ms)
  for (let round = 0; round < rounds; round++) {
    for (const { name, verify } of wanted) perSecond.get(name)?.push(await rate(verify, ms))
  }
  run.report(`${bytes} bytes: ${rounds} rounds of ${ms} ms each`)
  return wanted.map(({ name }) => ({
    name: `${name}, ${bytes} bytes`,
    unit: '/s',
    rounds: perSecond.get(name) ?? [],
    bar: null,
  }))
}

/** Calls in a second, each after the one before; a promise is awaited, anything else is not. */
async function rate(verify: () => unknown, ms: number): Promise<number> {
  const from = performance.now()
  let count = 0
  while (performance.now() - from < ms) {
    for (let each = 0; each < 50; each++) {
      const result = verify()
      if (result instanceof Promise) await result
    }
    count += 50
  }
  return (count * 1_000) / (performance.now() - from)
}

/** How often more than each peer, by medians. */
function ratioNote(bytes: number, figures: readonly Figure[]): string {
  const [documented, standard, ...peers] = figures.map((figure) => summaryOf(figure).median)
  if (documented === undefined || standard === undefined || peers.length < 2) return `${bytes} bytes: measured in part.`
  const times = (own: number) => peers.map((peer) => (own / peer).toFixed(2)).join(' and ')
  return `${bytes} bytes: the documented signature ${times(documented)}, Standard Webhooks ${times(standard)} times stripe and standardwebhooks.`
}

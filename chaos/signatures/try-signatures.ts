// Hands forged pairs and odd bodies to listeners: none of the first may be accepted, none of the second refused.
import { NOTIFICATION_TYPES } from '@ordertrail/core'
import { createWebhookListener, type WebhookListener } from '@ordertrail/webhooks'
import { sampleWebhook, signWebhook } from '@ordertrail/webhooks/testing'
import { forgedPair, type Seen } from './forged-pairs.ts'
import { oddBody } from './odd-bodies.ts'
import { pick } from './pick.ts'

/** What to do. */
export interface SignaturePlan {
  readonly pairs: number
  readonly bodies: number
  readonly random: () => number
  readonly report: (line: string) => void
}

/** What came of it. `refusedForGood`: answered 400; the other pairs were answered 500, which grants nothing either. */
export interface SignatureOutcome {
  readonly refusedForGood: number
  readonly acceptedPairs: number
  readonly refusedBodies: number
  readonly violations: readonly string[]
}

/** Two are held, as while a secret is being rotated. */
const SECRETS = ['the newest secret of the project', `whsec_${btoa('an older secret of thirty-two bytes')}`]
const SCHEMES = ['documented', 'standard', 'both'] as const
const AT_ONCE = 64
const REPORTS = 10
const SHOWN_CHARS_MAX = 200

/** Runs both. */
export async function trySignatures({ pairs, bodies, random, report }: SignaturePlan): Promise<SignatureOutcome> {
  const listeners = SCHEMES.map(listenerOf)
  const seen = await seenWebhooks(random)
  const found = { refusedForGood: 0, acceptedPairs: 0, refusedBodies: 0, violations: [] as string[] }
  for (let part = 1; part <= REPORTS; part += 1) {
    const until = Math.floor((pairs * part) / REPORTS)
    await inGroups(until - Math.floor((pairs * (part - 1)) / REPORTS), () => tryPair(random, listeners, seen, found))
    report(`${until} of ${pairs} pairs`)
  }
  await inGroups(bodies, () => tryBody(random, listeners, found))
  return found
}

type Found = { -readonly [name in keyof SignatureOutcome]: SignatureOutcome[name] } & { readonly violations: string[] }

async function tryPair(random: () => number, listeners: readonly WebhookListener[], seen: Seen, found: Found) {
  const pair = forgedPair(random, seen)
  const { status } = await pick(random, listeners).handle(pair)
  if (status === 400) found.refusedForGood += 1
  if (status >= 400) return
  found.acceptedPairs += 1
  found.violations.push(`accepted ${JSON.stringify(pair.headers)} ${shown(pair.rawBody)}`)
}

async function tryBody(random: () => number, listeners: readonly WebhookListener[], found: Found) {
  const body = oddBody(random)
  const listener = pick(random, listeners)
  const signed = await signWebhook(
    body,
    SECRETS.toSorted(() => random() - 0.5),
  )
  const { status, body: answer } = await listener.handle({ headers: signed.headers, rawBody: signed.body })
  if (status < 300) return
  found.refusedBodies += 1
  found.violations.push(`answered ${status} ${answer} to ${shown(signed.body)}`)
}

/** Everybody exists, and every handler succeeds. */
function listenerOf(signature: (typeof SCHEMES)[number]): WebhookListener {
  return createWebhookListener({
    secrets: SECRETS,
    signature,
    userExists: (userId) => userId.startsWith('player-'),
    onPaid: () => {},
    onCanceled: () => {},
    onPayment: () => {},
    onRefund: () => {},
    onPartialRefund: () => {},
    onDeclined: () => {},
    onUserSearch: () => ({ id: 'player-1' }),
    onPartnerCatalog: () => [],
    onError: () => {},
  })
}

/** One of each type, signed with either secret. */
async function seenWebhooks(random: () => number): Promise<Seen> {
  const bodies = NOTIFICATION_TYPES.map((type) => sampleWebhook(type, { userId: 'player-Zoë-🎮' }))
  return Promise.all(bodies.map((body) => signWebhook(body, pick(random, SECRETS))))
}

async function inGroups(count: number, act: () => Promise<void>): Promise<void> {
  for (let done = 0; done < count; done += AT_ONCE) {
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, count - done) }, act))
  }
}

function shown(bytes: Uint8Array): string {
  return JSON.stringify(new TextDecoder().decode(bytes)).slice(0, SHOWN_CHARS_MAX)
}

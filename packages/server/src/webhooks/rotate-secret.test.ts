// Secrets under load: rotation never makes a listener that holds both refuse, and a lost secret loses no webhook.
import assert from 'node:assert/strict'
import { createHash, createHmac } from 'node:crypto'
import test from 'node:test'
import { type Logger, silentLogger } from '../platform/logger.ts'
import { createSeal } from '../platform/seal.ts'
import { eachStore } from '../platform/store/testing/index.ts'
import { rotateWebhookSecret } from '../projects/change-webhook-settings.ts'
import { webhookSecretContext } from '../projects/index.ts'
import { skipTime } from '../skip-time.ts'
import type { HeardRequest } from './testing/misbehaving-listener.ts'
import { openStage, PROJECT_ID, SECRET, type Stage, stageSeal } from './testing/stage.ts'

const HOUR_MS = 3_600_000
const ORDERS = 6

/** Which of `secrets` the documented header was signed with; undefined: none of them. */
function documentedSecret({ headers, body }: HeardRequest, secrets: readonly string[]): string | undefined {
  return secrets.find((secret) => {
    const signature = createHash('sha1').update(body).update(secret).digest('hex')
    return headers.authorization === `Signature ${signature}`
  })
}

/** The secrets behind the Standard Webhooks header, in its order. */
function standardSecrets({ headers, body }: HeardRequest, secrets: readonly string[]): readonly (string | undefined)[] {
  const content = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`
  const bySignature = new Map(
    secrets.map((secret) => [`v1,${createHmac('sha256', secret).update(content).digest('base64')}`, secret]),
  )
  return String(headers['webhook-signature'])
    .split(' ')
    .map((signature) => bySignature.get(signature))
}

const rotate = (stage: Stage, secret: string) =>
  stage.store.run(rotateWebhookSecret, {
    projectId: PROJECT_ID,
    secret: stageSeal.seal(secret, webhookSecretContext(PROJECT_ID)),
    overlapMs: HOUR_MS,
    actor: 'test',
  })

async function announceSome(stage: Stage): Promise<readonly number[]> {
  return Promise.all(
    Array.from({ length: ORDERS }, async () => {
      const orderId = await stage.giveOrder()
      await stage.announce(orderId, 'paid')
      return orderId
    }),
  )
}

eachStore((name, open) => {
  test(`${name}: rotation under load is refused by no listener that holds both secrets`, async (t) => {
    const stage = await openStage(t, open)
    const secrets = [SECRET, 'second_secret_of_this_project_00', 'third_secret_of_this_project_000']
    for (const [index, next] of secrets.slice(1).entries()) {
      const present = secrets[index] as string
      stage.listener.behave((request) => (documentedSecret(request, [next, present]) === undefined ? 401 : 204))
      const before = stage.listener.heard.length
      const [early, , late] = await Promise.all([announceSome(stage), rotate(stage, next), announceSome(stage)])
      const after = await announceSome(stage)
      await stage.dispatcher.settle()
      for (const orderId of [...early, ...late, ...after])
        assert.deepEqual(await stage.line(orderId), ['order_paid accepted'])
      const heard = stage.listener.heard.slice(before)
      assert.equal(heard.length, 3 * ORDERS)
      // What was announced after the rotation was answered is signed with the new secret, and beside it with the old one.
      for (const request of heard.filter(({ body }) => after.includes(JSON.parse(body).order.id))) {
        assert.equal(documentedSecret(request, [next, present]), next)
        assert.deepEqual(standardSecrets(request, [next, present]), [next, present])
      }
    }
    await stage.store.skipTime(HOUR_MS)
    await stage.dispatcher.settle()
    const last = await stage.giveOrder()
    await stage.announce(last, 'paid')
    await stage.dispatcher.settle()
    assert.deepEqual(standardSecrets(stage.listener.heard.at(-1) as HeardRequest, secrets), [secrets.at(-1)])
  })

  test(`${name}: a secret that cannot be read is told, uses no attempt, and loses nothing once it is mended`, async (t) => {
    const errors: string[] = []
    const logger: Logger = { ...silentLogger, error: (event) => void errors.push(event) }
    const stage = await openStage(t, open, { logger })
    const lost = createSeal([new Uint8Array(32).fill(99)]).seal('lost', webhookSecretContext(PROJECT_ID))
    await stage.store.run(rotateWebhookSecret, { projectId: PROJECT_ID, secret: lost, overlapMs: 0, actor: 'test' })
    const orderId = await stage.giveOrder()
    await stage.announce(orderId, 'paid')
    await stage.dispatcher.settle()
    assert.deepEqual([errors, stage.listener.heard.length], [['delivery.secret_unreadable'], 0])
    assert.deepEqual([await stage.attempts(orderId), await stage.line(orderId)], [[], ['order_paid due']])
    await rotate(stage, 'new_secret_of_this_project_00000')
    await skipTime({ store: stage.store, work: [stage.dispatcher] }, 60_000)
    assert.deepEqual(await stage.line(orderId), ['order_paid accepted'])
    assert.equal((await stage.attempts(orderId))[0]?.position, 0)
  })
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toFetchHandler } from './fetch.ts'
import { givenListener, SECRET } from './given-listener.test.fixture.ts'
import { sampleOrderPaid, sampleUserValidation, signWebhook } from './testing.ts'

const URL_OF_GAME = 'https://game.example/webhooks'

async function givenRequest(body: object): Promise<Request> {
  const signed = await signWebhook(body, SECRET)
  return new Request(URL_OF_GAME, { method: 'POST', ...signed })
}

async function shown(response: Response) {
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() }
}

test('answers fetch requests as the listener answers', async () => {
  const { listener, calls } = givenListener()
  const handler = toFetchHandler(listener)
  const paid = await handler(await givenRequest(sampleOrderPaid()))
  assert.deepEqual(await shown(paid), { status: 204, type: null, text: '' })
  const unknown = await handler(await givenRequest(sampleUserValidation({ userId: 'nobody' })))
  assert.deepEqual(await shown(unknown), {
    status: 400,
    type: 'application/json',
    text: '{"error":{"code":"INVALID_USER","message":"Invalid user"}}',
  })
  assert.deepEqual(calls, ['paid 59614241'])
})

test('answers a request without a body with 400', async () => {
  const { listener } = givenListener()
  const response = await toFetchHandler(listener)(new Request(URL_OF_GAME, { method: 'POST' }))
  assert.equal(response.status, 400)
})

test('answers 405 to anything but POST', async () => {
  const { listener } = givenListener()
  const response = await toFetchHandler(listener)(new Request(URL_OF_GAME))
  assert.deepEqual([response.status, response.headers.get('allow')], [405, 'POST'])
})

test('answers 500 with advice when the body was read before', async () => {
  const { listener, problems, calls } = givenListener()
  const request = await givenRequest(sampleOrderPaid())
  await request.json()
  const { status, text } = await shown(await toFetchHandler(listener)(request))
  assert.equal(status, 500)
  assert.match(text, /already read or parsed.*before calling json\(\)/)
  assert.deepEqual(
    problems.map(({ kind }) => kind),
    ['body_already_read'],
  )
  assert.deepEqual(calls, [])
})

test('reads a body of exactly the limit and answers 413 above it', async () => {
  const { listener } = givenListener()
  const { body } = await signWebhook(sampleOrderPaid(), SECRET)
  const statuses: number[] = []
  for (const bodyBytesMax of [body.length, body.length - 1]) {
    const response = await toFetchHandler(listener, { bodyBytesMax })(await givenRequest(sampleOrderPaid()))
    statuses.push(response.status)
  }
  assert.deepEqual(statuses, [204, 413])
})

test('stops reading a body whose declared length is above the limit', async () => {
  const { listener } = givenListener()
  const request = new Request(URL_OF_GAME, { method: 'POST', body: 'x', headers: { 'content-length': '2' } })
  assert.equal((await toFetchHandler(listener, { bodyBytesMax: 1 })(request)).status, 413)
  assert.equal(request.bodyUsed, false)
})

test('answers 500 when the body breaks off, and reports nothing', async () => {
  const { listener, problems } = givenListener()
  const body = new ReadableStream({
    pull: (controller) => controller.error(new Error('gone')),
  })
  const request = new Request(URL_OF_GAME, { method: 'POST', body, duplex: 'half' })
  assert.equal((await toFetchHandler(listener)(request)).status, 500)
  assert.deepEqual(problems, [])
})

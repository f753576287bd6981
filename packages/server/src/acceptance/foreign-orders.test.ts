// Somebody else's order, event or delivery is answered exactly as if there were none: body, headers and time.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { CallAnswer, CallAs } from './testing/call-server.ts'
import { eachAcceptanceStore, type GivenServer, startGivenServer } from './testing/given-server.ts'
import { type PlacedOrder, type Shop, shopOf } from './testing/given-shop.ts'
import { givenTenants } from './testing/given-tenants.ts'
import { VISITOR_ID } from './testing/sale-kinds.ts'

/** Nobody's order, with as many digits as the others have. */
const ABSENT = 19_999_999

const FOREIGN_ORDERS = 5
const ROUNDS = 60
/** Far above the noise of a machine, far below anything that reads another table or waits. */
const TIME_RATIO_MAX = 3

/** An answer as bytes, without what differs between any two requests. */
function bytesOf({ status, headers, text }: CallAnswer): string {
  const requestId = headers.get('x-request-id') ?? ''
  const kept = [...headers].filter(([name]) => !['date', 'x-request-id', 'content-length'].includes(name))
  return `${status}\n${JSON.stringify(kept)}\n${text.replaceAll(requestId, 'ID')}`
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

eachAcceptanceStore((store) => {
  describe(`${store}: what belongs to others is answered like what is not there`, () => {
    let server: GivenServer
    let shop: Shop
    let foreignShop: Shop
    let order: PlacedOrder
    let foreignOrder: PlacedOrder
    let callers: Readonly<Record<string, CallAs>>

    before(async () => {
      server = await startGivenServer({ store, isReadable: true })
      const { projects } = await givenTenants(server)
      const shops = [projects.own, projects.foreign].map(({ projectId, key }) =>
        shopOf(server, projectId, { basic: `${projectId}:${key}` }),
      )
      if (shops[0] === undefined || shops[1] === undefined) throw new Error('There are two shops.')
      ;[shop, foreignShop] = [shops[0], shops[1]]
      order = await shop.sell({ bearer: await shop.tokenOf('player-1') })
      const others = { bearer: await foreignShop.tokenOf('player-1') }
      // Numbers are per project, so the last of several there is none of ours.
      for (let count = 0; count < FOREIGN_ORDERS; count += 1) foreignOrder = await foreignShop.sell(others)
      const second = await shop.buy({ bearer: await shop.tokenOf('player-3') })
      callers = {
        'another player': { bearer: await shop.tokenOf('player-2') },
        'the payment token of another player': { bearer: second.token },
        'a visitor': { visitor: VISITOR_ID },
      }
    })
    after(() => server.stop())

    test('Get order, byte for byte', async () => {
      for (const [name, as] of Object.entries(callers)) {
        const [foreign, absent] = [await shop.store(as, 'GET', `/order/${order.orderId}`), await absentTo(as)]
        assert.equal(foreign.status, 404, name)
        assert.equal(bytesOf(foreign), bytesOf(absent), name)
        assert.deepEqual(absent.body, {
          statusCode: 404,
          errorCode: 9001,
          errorMessage: '[0401-9001]: Order not found',
          transactionId: absent.headers.get('x-request-id'),
        })
      }
    })

    test('a caller who already has the order’s tag learns nothing from it', async () => {
      const own = await shop.store({ bearer: order.token }, 'GET', `/order/${order.orderId}`)
      assert.equal(own.status, 200)
      const headers = { 'if-none-match': own.headers.get('etag') ?? 'none' }
      const path = (orderId: number) => `/api/v2/project/${shop.projectId}/order/${orderId}`
      const as = callers['another player'] ?? null
      const [foreign, absent] = [
        await server.call('GET', path(order.orderId), { as, headers }),
        await server.call('GET', path(ABSENT), { as, headers }),
      ]
      assert.equal(foreign.status, 404)
      assert.equal(bytesOf(foreign), bytesOf(absent))
    })

    test('an order of another project with the key of this one', async () => {
      for (const path of ['', '/cancel', '/fulfillment', '/refunds', '/resend']) {
        const method = path === '' ? 'GET' : 'POST'
        const body = path === '/refunds' ? { code: 1 } : path === '' || path === '/resend' ? undefined : {}
        const contentBefore = (await foreignShop.story(foreignOrder.orderId)).timeline
        const [foreign, absent] = [
          await shop.own(method, `/orders/${foreignOrder.orderId}${path}`, body),
          await shop.own(method, `/orders/${ABSENT}${path}`, body),
        ]
        assert.equal(foreign.status, 404)
        assert.equal(
          bytesOf(foreign).replaceAll(String(foreignOrder.orderId), 'N'),
          bytesOf(absent).replaceAll(String(ABSENT), 'N'),
        )
        assert.deepEqual((await foreignShop.story(foreignOrder.orderId)).timeline, contentBefore)
      }
    })

    test('events of another player', async () => {
      await shop.changeSettings({ is_events_api_on: true })
      const placed = await shop.sell({ bearer: await shop.tokenOf('player-1') })
      const [event] = (await shop.story(placed.orderId)).events
      const as = callers['another player'] ?? null
      const mark = (id: unknown) => server.call('POST', `/events/${id}/processed?project_id=${shop.projectId}`, { as })
      const [foreign, absent] = [await mark(event?.id), await mark(ABSENT)]
      assert.equal(foreign.status, 404)
      assert.equal(bytesOf(foreign), bytesOf(absent))
      assert.equal((await shop.story(placed.orderId)).events[0]?.processed_at, null)
    })

    test('in about the same time', async () => {
      const as = callers['another player'] ?? null
      const times: Record<'foreign' | 'absent', number[]> = { foreign: [], absent: [] }
      for (let round = 0; round < ROUNDS; round += 1) {
        for (const [kind, orderId] of [
          ['foreign', order.orderId],
          ['absent', ABSENT],
        ] as const) {
          const startedAt = performance.now()
          await shop.store(as, 'GET', `/order/${orderId}`)
          times[kind].push(performance.now() - startedAt)
        }
      }
      const ratio = median(times.foreign) / median(times.absent)
      assert.ok(ratio < TIME_RATIO_MAX && ratio > 1 / TIME_RATIO_MAX, `foreign takes ${ratio} times as long as absent`)
    })

    function absentTo(as: CallAs): Promise<CallAnswer> {
      return shop.store(as, 'GET', `/order/${ABSENT}`)
    }
  })
})

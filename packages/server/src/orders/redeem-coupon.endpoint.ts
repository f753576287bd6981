// The documented call that redeems a coupon: a free order of what it gives, done at once.
import { AppError } from '@ordertrail/core'
import { Type } from 'typebox'
import { type CatalogItem, loadItems, textIn } from '../catalog/index.ts'
import { readStored } from '../notifications/index.ts'
import { defineEndpoint, type Endpoint } from '../platform/http/index.ts'
import type { Row } from '../platform/store/index.ts'
import { findOrder, foundOrder, itemsOfOrder } from './find-order.ts'
import { buyerOf, playerOf, requestKeyOf, wishesOf } from './order-request.ts'
import { projectIdSchema } from './order-schemas.ts'
import { OWN_PLATFORM, type PlaceOrderDeps, placeOrder } from './place-order.ts'

const CODE_CHARS_MAX = 255

const itemSchema = Type.Object({
  sku: Type.String(),
  groups: Type.Array(Type.Object({ external_id: Type.String(), name: Type.String() })),
  name: Type.String(),
  type: Type.String(),
  description: Type.String(),
  image_url: Type.Union([Type.String(), Type.Null()]),
  quantity: Type.Integer(),
  is_free: Type.Boolean(),
})

/** Makes the endpoint. What a coupon gives is answered from the order, so that a repeat gets the same answer. */
export function redeemCouponEndpoint(deps: PlaceOrderDeps): Endpoint {
  const operationId = 'redeem-coupon'
  return defineEndpoint({
    operationId,
    summary: 'Redeem coupon code',
    tag: 'promotions',
    schema: {
      params: Type.Object({ project_id: projectIdSchema }),
      body: Type.Object({ coupon_code: Type.Optional(Type.String({ minLength: 1, maxLength: CODE_CHARS_MAX })) }),
      response: { 200: Type.Object({ items: Type.Array(itemSchema) }) },
    },
    async handle({ caller, ip, headers, body }) {
      const { coupon_code: code } = body
      if (code === undefined) throw new AppError('coupon_not_found')
      const player = playerOf(caller)
      const wish = {
        ...buyerOf(player, ip),
        ...wishesOf({}),
        source: { kind: 'coupon', code } as const,
        paidWith: { kind: 'nothing' } as const,
        currency: null,
        platform: OWN_PLATFORM,
        requestKey: requestKeyOf(headers, `orders:${player.party.kind}:${player.party.id}`, [operationId, code]),
        actor: null,
      }
      const answer = await placeOrder(deps, wish, { status: 200, form: 'item' })
      const { order_id: orderId } = answer.body as { readonly order_id: number }
      return { ...answer, body: { items: await givenItems(deps, player.party.projectId, orderId) } }
    },
  })
}

async function givenItems({ store }: PlaceOrderDeps, projectId: number, orderId: number) {
  const order = foundOrder(await findOrder(store.read, projectId, orderId))
  const lines = (await itemsOfOrder(store.read, order)).filter((line) => line.is_bundle_content === 0)
  const items = await loadItems(
    store.read,
    projectId,
    lines.map(({ sku }) => sku),
  )
  return lines.map((line) => itemBody(line, items.get(line.sku)))
}

/** An item that left the catalog since is told by what the order kept. */
function itemBody(line: Row<'order_items'>, item: CatalogItem | undefined) {
  const kept = readStored<{ readonly description: string; readonly image_url: string | null }>(line.description ?? null)
  const groups = (item?.groups ?? []).map(({ externalId, name }) => ({ external_id: externalId, name: textIn(name) }))
  return {
    sku: line.sku,
    groups,
    name: line.name,
    type: line.type,
    description: kept?.description ?? '',
    image_url: kept?.image_url ?? null,
    quantity: line.quantity,
    is_free: line.is_free === 1,
  }
}

// Calls for one item.
import { AppError } from '@ordertrail/core'
import { type TSchema, Type } from 'typebox'
import { type Caller, defineEndpoint, type Endpoint } from '../platform/http/index.ts'
import type { CatalogItem } from './item.ts'
import { findItemById, type ItemFilter } from './item-queries.ts'
import { findItem } from './load-items.ts'
import { isShown } from './personalization/personal-items.ts'
import type { ProjectPricing } from './project-pricing.ts'
import {
  bodiesOf,
  CATALOG_TAG,
  type CatalogEndpointDeps,
  offersFor,
  pricingOrAbsent,
  type ShownQuery,
  shownQuery,
} from './shown-items.ts'
import { itemSchema, pathText, projectId } from './wire-schemas.ts'

const itemQuery = Type.Object({ ...shownQuery })

/** A call for one item by its SKU. Paths name it in several ways, so the name of the parameter is an argument. */
export function skuEndpoint(
  deps: CatalogEndpointDeps,
  operationId: string,
  summary: string,
  param: string,
  filter: ItemFilter,
): Endpoint {
  const params: TSchema = Type.Object({ project_id: projectId, [param]: pathText })
  return defineEndpoint({
    operationId,
    summary,
    tag: CATALOG_TAG,
    schema: { params, query: itemQuery, response: { 200: itemSchema } },
    async handle({ params: given, query, caller }) {
      const values = given as Readonly<Record<string, string | number>>
      const [id, sku] = [Number(values.project_id), String(values[param])]
      const pricing = await pricingOrAbsent(deps, id)
      const item = await findItem(deps.store.read, id, sku)
      if (item === undefined || !isListed(item, filter)) throw new AppError('item_not_found', { details: { sku } })
      return { status: 200, body: await shownBody(deps, pricing, item, query, caller) }
    },
  })
}

/** The item as this caller sees it. @throws {AppError} item_not_found where the game does not offer it to them */
async function shownBody(
  deps: CatalogEndpointDeps,
  pricing: ProjectPricing,
  item: CatalogItem,
  query: ShownQuery,
  caller: Caller,
): Promise<unknown> {
  const offers = await offersFor(deps, item.projectId, query, caller)
  if (!isShown(offers, item, deps.store.now())) throw new AppError('item_not_found', { details: { sku: item.sku } })
  return (await bodiesOf(deps, pricing, [item], query, caller, offers))[0]
}

function isListed(item: CatalogItem, { type, bundleType }: ItemFilter): boolean {
  return (
    item.isEnabled &&
    (type === undefined || item.type === type) &&
    (bundleType === undefined || item.bundleType === bundleType)
  )
}

/** A call for one item by its id. */
export function idEndpoint(deps: CatalogEndpointDeps): Endpoint {
  return defineEndpoint({
    operationId: 'get-sellable-item-by-id',
    summary: 'Get sellable item by ID',
    tag: CATALOG_TAG,
    schema: {
      params: Type.Object({ project_id: projectId, item_id: Type.Integer({ minimum: 1 }) }),
      query: itemQuery,
      response: { 200: itemSchema },
    },
    async handle({ params, query, caller }) {
      const pricing = await pricingOrAbsent(deps, params.project_id)
      const item = await findItemById(deps.store.read, params.project_id, params.item_id)
      if (item === undefined || !item.isEnabled)
        throw new AppError('item_not_found', { details: { sku: params.item_id } })
      return { status: 200, body: await shownBody(deps, pricing, item, query, caller) }
    },
  })
}

// Calls that list items, page by page.
import { Type } from 'typebox'
import { type Caller, defineEndpoint, type Endpoint } from '../platform/http/index.ts'
import { ITEMS_PER_PAGE_MAX, type ItemFilter, listItems } from './item-queries.ts'
import { shownNames } from './personalization/personal-items.ts'
import {
  bodiesOf,
  CATALOG_TAG,
  type CatalogEndpointDeps,
  offersFor,
  pricingOrAbsent,
  type ShownQuery,
  shownQuery,
} from './shown-items.ts'
import { itemSchema, projectId, projectParams } from './wire-schemas.ts'

const listQuery = Type.Object({
  ...shownQuery,
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: ITEMS_PER_PAGE_MAX, default: ITEMS_PER_PAGE_MAX })),
  offset: Type.Optional(Type.Integer({ minimum: 0, default: 0 })),
})
const listAnswer = Type.Object({ has_more: Type.Boolean(), items: Type.Array(itemSchema) })

/** A call that lists items. */
export function listEndpoint(
  deps: CatalogEndpointDeps,
  operationId: string,
  summary: string,
  filter: ItemFilter,
): Endpoint {
  return defineEndpoint({
    operationId,
    summary,
    tag: CATALOG_TAG,
    schema: { params: projectParams, query: listQuery, response: { 200: listAnswer } },
    handle: async ({ params, query, caller }) => ({
      status: 200,
      body: await listBody(deps, params.project_id, filter, query, caller),
    }),
  })
}

async function listBody(
  deps: CatalogEndpointDeps,
  id: number,
  filter: ItemFilter,
  query: ShownQuery & { readonly limit?: number; readonly offset?: number },
  caller: Caller,
): Promise<unknown> {
  const pricing = await pricingOrAbsent(deps, id)
  const page = { offset: query.offset ?? 0, limit: query.limit ?? ITEMS_PER_PAGE_MAX }
  const offers = await offersFor(deps, id, query, caller)
  const shown = offers === null ? filter : { ...filter, only: shownNames(offers, deps.store.now()) }
  const { items, hasMore } = await listItems(deps.store.read, id, shown, page)
  return { has_more: hasMore, items: await bodiesOf(deps, pricing, items, query, caller, offers) }
}

/** A call that lists items of one group. */
export function groupEndpoint(
  deps: CatalogEndpointDeps,
  operationId: string,
  summary: string,
  filter: ItemFilter,
): Endpoint {
  return defineEndpoint({
    operationId,
    summary,
    tag: CATALOG_TAG,
    schema: {
      params: Type.Object({ project_id: projectId, external_id: Type.String({ minLength: 1 }) }),
      query: listQuery,
      response: { 200: listAnswer },
    },
    handle: async ({ params, query, caller }) => ({
      status: 200,
      body: await listBody(deps, params.project_id, { ...filter, group: params.external_id }, query, caller),
    }),
  })
}

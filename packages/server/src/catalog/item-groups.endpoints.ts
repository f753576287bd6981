// Calls that give clients an overview: all virtual items in short, and the groups.
import { Type } from 'typebox'
import { defineEndpoint, type Endpoint } from '../platform/http/index.ts'
import { groupBodies } from './group-bodies.ts'
import { shortItemBody } from './item-body.ts'
import { listGroups, listShortItems } from './item-queries.ts'
import { isShown, personalItem } from './personalization/personal-items.ts'
import { CATALOG_TAG, type CatalogEndpointDeps, offersFor, pricingOrAbsent, shownQuery } from './shown-items.ts'
import { projectParams } from './wire-schemas.ts'

/** The call for all virtual items at once, each with little. */
export function allEndpoint(deps: CatalogEndpointDeps): Endpoint {
  return defineEndpoint({
    operationId: 'get-all-virtual-items',
    summary: 'Get all virtual items list',
    tag: CATALOG_TAG,
    schema: {
      params: projectParams,
      query: Type.Object({ locale: shownQuery.locale }),
      response: {
        200: Type.Object({
          items: Type.Array(
            Type.Object({
              sku: Type.String(),
              name: Type.String(),
              groups: Type.Array(Type.Object({ external_id: Type.String(), name: Type.String() })),
              description: Type.String(),
            }),
          ),
        }),
      },
    },
    async handle({ params, query, caller }) {
      await pricingOrAbsent(deps, params.project_id)
      const offers = await offersFor(deps, params.project_id, query, caller)
      const items = await listShortItems(deps.store.read, params.project_id, 'virtual_good')
      const shown = items.filter((item) => isShown(offers, item, deps.store.now()))
      return { status: 200, body: { items: shown.map((item) => shortItemBody(personalItem(item, offers), query)) } }
    },
  })
}

/** The call for groups. They hold groups, which is more than the answer's schema can follow; what is inside is told as it is. */
export function groupsEndpoint(deps: CatalogEndpointDeps): Endpoint {
  return defineEndpoint({
    operationId: 'get-item-groups',
    summary: 'Get item group list',
    tag: CATALOG_TAG,
    schema: {
      params: projectParams,
      query: Type.Object({ locale: shownQuery.locale }),
      response: { 200: Type.Object({ groups: Type.Array(Type.Object({}, { additionalProperties: true })) }) },
    },
    async handle({ params, query }) {
      await pricingOrAbsent(deps, params.project_id)
      const groups = await listGroups(deps.store.read, params.project_id)
      return { status: 200, body: { groups: groupBodies(groups, query.locale) } }
    },
  })
}

// Calls about merchants: making one, and the documented list of its projects.
import { AppError } from '@ordertrail/core'
import { Type } from 'typebox'
import { defineEndpoint, type Endpoint } from '../platform/http/index.ts'
import type { Store } from '../platform/store/index.ts'
import { actorOf } from './actor.ts'
import { newApiKey } from './api-keys.ts'
import { createMerchant } from './create-merchant.ts'
import { merchantParams, nameSchema, strict, timeSchema } from './wire-schemas.ts'

/** Name of the key that comes with a new merchant or project. */
export const FIRST_KEY_NAME = 'first'
const PAGE_SIZE = 50

/** Makes the calls about merchants. */
export function makeMerchantEndpoints({
  store,
}: {
  readonly store: Store
}): Readonly<Record<'createMerchant' | 'getMerchantProjects', Endpoint>> {
  return { createMerchant: createMerchantEndpoint(store), getMerchantProjects: merchantProjectsEndpoint(store) }
}

function createMerchantEndpoint(store: Store): Endpoint {
  return defineEndpoint({
    operationId: 'create-merchant',
    summary: 'Make a merchant and its first API key',
    tag: 'projects',
    schema: {
      body: Type.Object({ name: nameSchema, registered_at: Type.Optional(timeSchema) }, strict),
      response: {
        201: Type.Object({
          merchant_id: Type.Integer(),
          name: Type.String(),
          registered_at: Type.String(),
          api_key: shownKeySchema(),
        }),
      },
    },
    async handle({ body, caller }) {
      const { key, keyHash } = newApiKey()
      const registeredAt = body.registered_at === undefined ? null : timeOf(body.registered_at)
      const input = { name: body.name, registeredAt, keyName: FIRST_KEY_NAME, keyHash, actor: actorOf(caller) }
      const made = await store.run(createMerchant, input)
      return {
        status: 201,
        body: {
          merchant_id: made.merchantId,
          name: body.name,
          registered_at: new Date(made.registeredAt).toISOString(),
          api_key: { name: FIRST_KEY_NAME, key },
        },
      }
    },
  })
}

/** Schema of a key in the one answer that shows it. */
export function shownKeySchema(): ReturnType<typeof Type.Object> {
  return Type.Object({
    name: Type.String(),
    key: Type.String({ description: 'Shown only now; only its hash is kept.' }),
  })
}

function timeOf(text: string): number {
  const time = Date.parse(text)
  if (Number.isNaN(time)) throw new AppError('unprocessable', { message: `registered_at is not a time: ${text}` })
  return time
}

function merchantProjectsEndpoint(store: Store): Endpoint {
  return defineEndpoint({
    operationId: 'get-projects',
    summary: 'Get projects of a merchant',
    tag: 'merchant',
    schema: {
      params: merchantParams,
      query: Type.Object({
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: PAGE_SIZE, default: PAGE_SIZE })),
        offset: Type.Optional(Type.Integer({ minimum: 0, default: 0 })),
      }),
      response: {
        200: Type.Object({
          has_more: Type.Boolean(),
          total_items_count: Type.Integer(),
          projects: Type.Array(
            Type.Object({ project_id: Type.Integer(), merchant_id: Type.Integer(), name: Type.String() }),
          ),
        }),
      },
    },
    async handle({ params, query }) {
      const merchantId = params.merchant_id
      const [offset, limit] = [query.offset ?? 0, query.limit ?? PAGE_SIZE]
      const rows = await store.read
        .selectFrom('projects')
        .where('merchant_id', '=', merchantId)
        .select(['id', 'name'])
        .orderBy('id')
        .offset(offset)
        .limit(limit)
        .execute()
      const count = await countProjects(store, merchantId)
      const projects = rows.map(({ id, name }) => ({ project_id: id, merchant_id: merchantId, name }))
      return { status: 200, body: { has_more: offset + rows.length < count, total_items_count: count, projects } }
    },
  })
}

async function countProjects(store: Store, merchantId: number): Promise<number> {
  const row = await store.read
    .selectFrom('projects')
    .where('merchant_id', '=', merchantId)
    .select((eb) => eb.fn.countAll().as('count'))
    .executeTakeFirst()
  return Number(row?.count ?? 0)
}

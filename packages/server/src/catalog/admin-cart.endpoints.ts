// The documented calls by which a game's server fills a player's cart.
import { AppError } from '@ordertrail/core'
import { Type } from 'typebox'
import { type Call, defineEndpoint, type Endpoint, type Party } from '../platform/http/index.ts'
import { type CartDeps, fillCart } from './cart-answers.ts'
import { assertQuantity } from './cart-lines.ts'
import { cartIdSchema, filledCartSchema, fillItemsSchema } from './cart-schemas.ts'
import { projectId } from './wire-schemas.ts'

/** Documented limit of x-user-id. */
const USER_ID_CHARS_MAX = 32
/** Webhooks name visitors so; no user is called like one. */
const VISITOR_PREFIX = 'visitor:'
const UNAUTHORIZED = 401

/** `resolvePlayer` undefined, or AppError 401: the token of x-user-for stands for nobody in this project. */
export interface AdminCartDeps extends CartDeps {
  readonly resolvePlayer: (token: string, projectId: number) => Promise<Party | undefined>
}

/** Makes the calls. */
export function makeAdminCartEndpoints(
  deps: AdminCartDeps,
): Readonly<Record<'adminFillCart' | 'adminFillCartById', Endpoint>> {
  return {
    adminFillCart: fillEndpoint(deps, 'admin-cart-fill', {}),
    adminFillCartById: fillEndpoint(deps, 'admin-fill-cart-by-id', { cart_id: cartIdSchema }),
  }
}

function fillEndpoint(
  deps: AdminCartDeps,
  operationId: string,
  more: Readonly<Record<string, typeof cartIdSchema>>,
): Endpoint {
  return defineEndpoint({
    operationId,
    summary: 'Fill a cart of a user with items',
    tag: 'cart-server-side',
    schema: {
      params: Type.Object({ project_id: projectId, ...more }),
      query: Type.Object({ locale: Type.Optional(Type.String()) }),
      body: Type.Object({
        country: Type.Optional(Type.String({ pattern: '^[A-Z]{2}$' })),
        currency: Type.Optional(Type.String({ pattern: '^[A-Z]{3}$' })),
        items: fillItemsSchema,
      }),
      response: { 200: filledCartSchema },
    },
    async handle({ params, query, body, headers }) {
      for (const { quantity } of body.items) assertQuantity(quantity)
      const { project_id: id, cart_id: cartId = null } = params as {
        readonly project_id: number
        readonly cart_id?: string
      }
      const party = await userOf(deps, id, headers)
      const { country, currency } = body
      const server = { ...(country === undefined ? {} : { country }), ...(currency === undefined ? {} : { currency }) }
      return { status: 200, body: await fillCart(deps, { party, cartId, locale: query.locale }, body.items, server) }
    },
  })
}

/** The user by token or by id; neither: nobody. */
async function userOf(deps: AdminCartDeps, id: number, headers: Call['headers']): Promise<Party> {
  const [token, userId] = [headers['x-user-for'], headers['x-user-id']]
  const party = typeof token === 'string' ? await userByToken(deps, id, token) : userById(id, userId)
  if (party === undefined) throw new AppError('user_not_found')
  return party
}

/** A bad token is answered like a user that is not there, because it is not the caller's own. */
async function userByToken(deps: AdminCartDeps, id: number, token: string): Promise<Party | undefined> {
  try {
    return await deps.resolvePlayer(token, id)
  } catch (error) {
    if (error instanceof AppError && error.status === UNAUTHORIZED) return undefined
    throw error
  }
}

function userById(id: number, userId: string | string[] | undefined): Party | undefined {
  if (typeof userId !== 'string' || userId === '' || userId.startsWith(VISITOR_PREFIX)) return undefined
  if (userId.length > USER_ID_CHARS_MAX) {
    const reason = `x-user-id may have ${USER_ID_CHARS_MAX} characters`
    throw new AppError('unprocessable', { message: `${reason}.`, details: { reason } })
  }
  return { projectId: id, kind: 'user', id: userId }
}

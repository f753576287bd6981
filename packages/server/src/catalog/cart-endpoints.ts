// All calls about carts, made at once for the route table.
import type { Endpoint } from '../platform/http/index.ts'
import { type AdminCartDeps, makeAdminCartEndpoints } from './admin-cart.endpoints.ts'
import { type CartEndpointName, makePlayerCartEndpoints } from './player-cart.endpoints.ts'

/** Makes every call about carts, those of players and those of servers. */
export function makeCartEndpoints(
  deps: AdminCartDeps,
): Readonly<Record<CartEndpointName | 'adminFillCart' | 'adminFillCartById', Endpoint>> {
  return { ...makePlayerCartEndpoints(deps), ...makeAdminCartEndpoints(deps) }
}

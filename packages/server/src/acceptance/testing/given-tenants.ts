// Merchants, projects and keys, made through the API of the installation, for tests about who may do what.
import type { CallAs } from './call-server.ts'
import type { GivenServer } from './given-server.ts'
import { bodyOf } from './given-shop.ts'

/** A project and its first key; `loginSecret` signs its user tokens. */
export interface TenantProject {
  readonly projectId: number
  readonly key: string
  readonly loginSecret: string
}

/** Two merchants; the first has two projects, so that a neighbour is not always a stranger. */
export interface Tenants {
  readonly merchants: {
    readonly own: { readonly merchantId: number; readonly key: string }
    readonly foreign: { readonly merchantId: number; readonly key: string }
  }
  readonly projects: {
    readonly own: TenantProject
    /** Of the same merchant as `own`. */
    readonly neighbour: TenantProject
    /** Of the other merchant. */
    readonly foreign: TenantProject
  }
}

/** What the tenants sell: one item for money, one for nothing. */
const CATALOG = {
  items: [
    { sku: 'sword_1', type: 'virtual_good', name: 'Sword', prices: { USD: 4.99 } },
    { sku: 'daily_gift', type: 'virtual_good', name: 'Gift', is_free: true },
  ],
}

/** Makes them, each project with the same small catalog. */
export async function givenTenants(server: GivenServer, admin: CallAs = 'admin'): Promise<Tenants> {
  const [own, foreign] = [await newMerchant(server, admin, 'Own'), await newMerchant(server, admin, 'Foreign')]
  return {
    merchants: { own, foreign },
    projects: {
      own: await newProject(server, admin, own.merchantId),
      neighbour: await newProject(server, admin, own.merchantId),
      foreign: await newProject(server, admin, foreign.merchantId),
    },
  }
}

async function newMerchant(
  server: GivenServer,
  admin: CallAs,
  name: string,
): Promise<{ readonly merchantId: number; readonly key: string }> {
  const made = bodyOf(await server.call('POST', '/v1/merchants', { as: admin, body: { name } }), 201)
  return { merchantId: Number(made.merchant_id), key: (made.api_key as { readonly key: string }).key }
}

async function newProject(server: GivenServer, admin: CallAs, merchantId: number): Promise<TenantProject> {
  const path = `/v1/merchants/${merchantId}/projects`
  const made = bodyOf(await server.call('POST', path, { as: admin, body: { name: 'Game' } }), 201)
  const projectId = Number(made.project_id)
  bodyOf(await server.call('PUT', `/v1/projects/${projectId}/catalog`, { as: admin, body: CATALOG }), 200)
  const key = (made.api_key as { readonly key: string }).key
  return { projectId, key, loginSecret: String(made.login_secret) }
}

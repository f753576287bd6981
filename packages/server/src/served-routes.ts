// What one process answers at each path: its own routes as the table has them, those of other roles with whose they are.
import { AppError } from '@ordertrail/core'
import type { Role } from './platform/config/index.ts'
import type { OnUpgrade, Route } from './platform/http/index.ts'
import { refuseUpgrade } from './platform/websocket/index.ts'
import type { TableRoute } from './routes.ts'

/** The table as a process with `roles` serves it. */
export function servedRoutes(table: readonly TableRoute[], roles: readonly Role[]): readonly Route[] {
  return table.map((route) => (isServed(route, roles) ? route : refusing(route, roles)))
}

/** Answers upgrades where the role gateway is not. */
export function refusingUpgrades(roles: readonly Role[]): OnUpgrade {
  const sentence = whose('WebSockets', 'gateway', roles)
  return (_, socket) => refuseUpgrade(socket, 404, sentence)
}

function isServed({ role }: TableRoute, roles: readonly Role[]): boolean {
  return role === 'every' || roles.includes(role)
}

/** Whoever calls and whatever they send: it went to the wrong place. */
function refusing(route: TableRoute, roles: readonly Role[]): Route {
  const { method, path, role, endpoint } = route
  const { bodyBytesMax } = endpoint.schema
  const message = whose(`${method} ${path}`, role, roles)
  const handle = async (): Promise<never> => {
    throw new AppError('not_served_here', { message, details: { role } })
  }
  const schema = { response: {}, ...(bodyBytesMax === undefined ? {} : { bodyBytesMax }) }
  return { ...route, access: 'anyone', endpoint: { ...endpoint, schema, handle } }
}

function whose(what: string, role: TableRoute['role'], roles: readonly Role[]): string {
  return `${what}: answered by processes with the role ${role}; this one has ${roles.join(', ')}.`
}

// What one process can do, and how a text names it.
import type { Parsed } from './setting.ts'

/** `api` answers calls, `gateway` holds the clients' connections, `dispatcher` sends webhooks and does whatever waits for a time. */
export const ROLES = ['api', 'gateway', 'dispatcher'] as const

/** One of them. */
export type Role = (typeof ROLES)[number]

const ALL = 'all'

/** Reads `all`, one role, or several with commas between them; gives each once, in the order of ROLES. */
export function rolesOf(given: unknown): Parsed<readonly Role[]> {
  const names = Array.isArray(given) ? given.map(String) : String(given).split(',')
  const wanted = new Set(names.map((name) => name.trim()))
  const isAll = wanted.delete(ALL)
  const roles = ROLES.filter((role) => wanted.delete(role) || isAll)
  if (wanted.size === 0 && roles.length > 0) return { ok: true, value: roles }
  return { ok: false, wanted: `${ALL}, or some of ${ROLES.join(', ')} with commas between them` }
}

/** Whether a process with these roles does everything, as one alone must. */
export function isAllRoles(roles: readonly Role[]): boolean {
  return ROLES.every((role) => roles.includes(role))
}

// What operators and load balancers ask: is it alive, is it ready, what are its figures.
import { Type } from 'typebox'
import type { Metrics } from '../metrics.ts'
import { defineEndpoint, type Endpoint } from './endpoint.ts'

/** One thing that must work for the process to be ready; rejects when it does not. */
export type HealthCheck = () => Promise<void>

/** What the endpoints ask. */
export interface HealthDeps {
  /** Named checks, read at each call because services come and go. */
  readonly checks: () => Readonly<Record<string, HealthCheck>>
  readonly metrics: Metrics
  /** What this process does, for those who look at several. */
  readonly roles: readonly string[]
}

/** The endpoints by name, for the route table. */
export interface HealthEndpoints {
  readonly healthz: Endpoint
  readonly readyz: Endpoint
  readonly metricsText: Endpoint
}

/** A check that takes longer has failed: load balancers ask every few seconds. */
const CHECK_MS_MAX = 2_000
const METRICS_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

const alive = Type.Object({
  status: Type.Literal('alive'),
  roles: Type.Array(Type.String(), { description: 'Parts of the work that this process does.' }),
})
const readiness = Type.Object({
  status: Type.Union([Type.Literal('ready'), Type.Literal('not_ready')]),
  checks: Type.Record(Type.String(), Type.Union([Type.Literal('ok'), Type.Literal('failed'), Type.Literal('late')])),
})

/** Makes the endpoints. `/metrics` is empty while metrics are off. */
export function makeHealthEndpoints(deps: HealthDeps): HealthEndpoints {
  return { healthz: healthz(deps), readyz: readyz(deps), metricsText: metricsText(deps) }
}

function healthz({ roles }: HealthDeps): Endpoint {
  return defineEndpoint({
    operationId: 'get-health',
    summary: 'That the process is alive, and what it does',
    tag: 'Health',
    schema: { response: { 200: alive } },
    handle: async () => ({ status: 200, body: { status: 'alive', roles } }),
  })
}

function readyz(deps: HealthDeps): Endpoint {
  return defineEndpoint({
    operationId: 'get-readiness',
    summary: 'Whether the process can do its work, with the checks that say so',
    tag: 'Health',
    schema: { response: { 200: readiness, 503: readiness } },
    handle: async () => {
      const asked = Object.entries(deps.checks())
      const results = await Promise.all(asked.map(async ([name, check]) => [name, await resultOf(check)] as const))
      const isReady = results.every(([, result]) => result === 'ok')
      const body = { status: isReady ? 'ready' : 'not_ready', checks: Object.fromEntries(results) }
      return { status: isReady ? 200 : 503, body }
    },
  })
}

async function resultOf(check: HealthCheck): Promise<'ok' | 'failed' | 'late'> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(resolve, CHECK_MS_MAX, 'late')
  })
  const done = check().then(
    () => 'ok' as const,
    () => 'failed' as const,
  )
  return Promise.race([done, late]).finally(() => clearTimeout(timer))
}

function metricsText(deps: HealthDeps): Endpoint {
  return defineEndpoint({
    operationId: 'get-metrics',
    summary: 'Figures of this process in the text format of Prometheus',
    tag: 'Health',
    schema: { response: { 200: Type.String({ contentMediaType: 'text/plain' }) } },
    handle: async () => ({
      status: 200,
      body: await deps.metrics.text(),
      headers: { 'content-type': METRICS_CONTENT_TYPE },
    }),
  })
}

// The whole server put together: every dependency is made here, in the order in which each needs the others.
import { tellAlarms } from './alarms.ts'
import { createCallFaults } from './call-faults.ts'
import {
  makeAskGame,
  makeCartEndpoints,
  makeCatalogEndpoints,
  makeImportEndpoints,
  makePersonalCatalogs,
  makePromotionEndpoints,
  OFFERS_BYTES_MAX,
  QUESTIONS_PER_PROJECT,
} from './catalog/index.ts'
import { makeDevEndpoints } from './dev.endpoints.ts'
import { makeEventEndpoints } from './events/index.ts'
import { makeLosingBroker } from './losing-broker.ts'
import { openBroker } from './open-broker.ts'
import { makeOpenApiEndpoint, openApiDocument } from './openapi.ts'
import { makeOrderEndpoints } from './orders/index.ts'
import {
  makePaymentEventEndpoints,
  makePayStationEndpoints,
  makeRefundEndpoints,
  makeSandboxPsp,
  type Psps,
} from './payments/index.ts'
import { storeClock } from './platform/clock.ts'
import type { Config, Role } from './platform/config/index.ts'
import {
  createHttpServer,
  createSignedSender,
  type EndpointPolicy,
  type HttpServer,
  makeHealthEndpoints,
} from './platform/http/index.ts'
import { createLogger, type Logger } from './platform/logger.ts'
import { createMetrics } from './platform/metrics.ts'
import { createSeal, type Seal } from './platform/seal.ts'
import { type Service, service } from './platform/service.ts'
import type { Store } from './platform/store/index.ts'
import {
  askedListenerOf,
  createAuthenticators,
  createKeySetFetcher,
  createPlayerTokens,
  createProjectDirectory,
  makeProjectEndpoints,
  type ProjectSettings,
} from './projects/index.ts'
import { commandLimits, createGateway, createPublisher, makeStreamEndpoints } from './realtime/index.ts'
import { routeTable, type TableRoute } from './routes.ts'
import { refusingUpgrades, servedRoutes } from './served-routes.ts'
import { makeTimedServices } from './timed-services.ts'
import { makeTrail, type Trail } from './trail.ts'
import {
  createEndpointSlots,
  createFaultInjection,
  ENDPOINT_CONNECTIONS_MAX,
  ENDPOINT_IN_FLIGHT_MAX,
  makeUserValidation,
  makeWebhookEndpoints,
} from './webhooks/index.ts'
import { hearWork, tellDispatchers } from './work-hints.ts'

/** A server that is put together and not yet started. `services` start in their order and stop in reverse. */
export interface App {
  readonly services: readonly Service[]
  readonly http: HttpServer
  readonly store: Store
  readonly seal: Seal
  readonly trail: Trail
  readonly logger: Logger
  /** The whole table, whatever this process serves of it. */
  readonly routes: readonly TableRoute[]
}

/** Puts a server together over an open store. */
export async function createApp(config: Config, store: Store): Promise<App> {
  const isDev = config.mode === 'dev'
  const does = (role: Role): boolean => config.role.includes(role)
  const logger = createLogger({ level: config.logLevel, format: config.logFormat })
  const metrics = await createMetrics({ isOn: config.isMetricsOn })
  const seal = createSeal([config.secretKey, ...config.secretKeysOld])
  const clock = storeClock(store)
  const trail = makeTrail(store)
  tellAlarms({ store, logger, metrics })

  const policy: EndpointPolicy = {
    allowLoopbackHttp: isDev,
    networksAllowed: config.webhookNetworksAllowed,
    portsAllowed: config.webhookPortsAllowed,
  }
  const directory = createProjectDirectory({ store, seal, clock })
  const keySets = createKeySetFetcher(policy)
  const tokens = createPlayerTokens({ store, directory, seal, clock, fetchKeySet: keySets.fetchKeySet })
  const authenticators = createAuthenticators({ directory, tokens, adminKey: config.adminKey, isDev })

  const unskippedNow = clock.unskippedNow
  const sender = createSignedSender({ policy, unskippedNow, connectionsPerOrigin: ENDPOINT_CONNECTIONS_MAX })
  // Players wait for a validation, so it never queues behind deliveries.
  const validationSender = createSignedSender({ policy, unskippedNow })
  const faults = isDev ? createFaultInjection() : null
  const validateUser = makeUserValidation({
    directory,
    faults,
    sender: validationSender,
    logger,
    metrics,
    observe: trail.observe,
  })
  // Nor does the catalog of a player, whose answers are longer.
  const catalogSender = createSignedSender({
    policy,
    unskippedNow,
    connectionsPerOrigin: QUESTIONS_PER_PROJECT,
    answerBytesMax: OFFERS_BYTES_MAX,
  })
  const personal = makePersonalCatalogs({
    personalizationOf: (projectId) => askedListenerOf(directory, projectId),
    ask: makeAskGame({ sender: catalogSender, logger, metrics }),
    clock,
    logger,
  })
  const deadlineMs = config.deliveryDeadlineMs
  const webhookDeps = { store, directory, sender, logger, metrics, observe: trail.observe, deadlineMs }

  const sandbox = makeSandboxPsp()
  const psps: Psps = new Map([[sandbox.slug, sandbox]])
  const inFlightMax = config.deliveriesInFlightMax
  const slots = createEndpointSlots({ inFlightMax, endpointInFlightMax: ENDPOINT_IN_FLIGHT_MAX })
  const carried = await openBroker(config, { logger, metrics })
  const pushes = isDev ? makeLosingBroker(carried) : null
  const between = pushes?.broker ?? carried
  const heard = does('dispatcher') ? hearWork(store, between, metrics) : null
  if (heard === null) tellDispatchers(store, between)
  const broker = heard?.broker ?? between
  const publisher = createPublisher({ store, broker })
  const timed =
    heard === null
      ? null
      : makeTimedServices({
          ...webhookDeps,
          store: heard.store,
          psps,
          faults,
          slots,
          inFlightMax,
          leaseMarginMs: config.deliveryLeaseMarginMs,
          operatorDays: {
            details: config.webhookDetailsKeptDays,
            log: config.logKeptDays,
            leftovers: config.leftoversKeptDays,
          },
        })
  const limits = commandLimits(config.rateLimits)
  const gateway = createGateway({ store, tokens, directory, seal, clock, logger, metrics, broker, limits })
  const callFaults = isDev ? createCallFaults() : null

  const pricingOf = async (projectId: number): Promise<ProjectSettings | undefined> =>
    (await directory.find(projectId))?.settings
  const routes = routeTable({
    orders: makeOrderEndpoints({ store, directory, seal, personal }),
    catalog: makeCatalogEndpoints({ store, pricingOf, personal }),
    carts: makeCartEndpoints({
      store,
      pricingOf,
      resolvePlayer: async (token: string, projectId: number) =>
        (await tokens.resolvePlayerToken(token, projectId)).party,
    }),
    promotions: makePromotionEndpoints({ store, pricingOf }),
    imports: makeImportEndpoints({ store }),
    projects: makeProjectEndpoints({ store, directory, seal, clock, checkUrl: sender.check }),
    webhooks: makeWebhookEndpoints({ ...webhookDeps, catalogSender, faults, slots }),
    events: makeEventEndpoints({
      store,
      resolveParties: async (token, projectId) =>
        (await tokens.resolvePlayerTokens(token, projectId)).map((player) => player.party),
    }),
    streams: makeStreamEndpoints(gateway),
    payStation: makePayStationEndpoints({
      store,
      psp: sandbox,
      validateUser: (order, stage) => validateUser({ projectId: order.project_id, order, stage }),
      takesLiveOrders: isDev,
    }),
    paymentEvents: makePaymentEventEndpoints({ store }),
    refunds: makeRefundEndpoints({ store }),
    dev: makeDevEndpoints({ store, work: timed?.work ?? [], faults: callFaults, pushes }),
    health: makeHealthEndpoints({ checks: () => ({ store: () => store.ping() }), metrics, roles: config.role }),
    openApi: makeOpenApiEndpoint(() => openApiDocument(routes)),
  })
  const onUpgrade = does('gateway') ? gateway.onUpgrade : refusingUpgrades(config.role)
  const http = createHttpServer({
    routes: servedRoutes(routes, config.role),
    authenticators,
    host: config.host,
    port: config.port,
    logger,
    metrics,
    trustedProxies: config.trustedProxies,
    rateLimits: config.rateLimits,
    onUpgrade: callFaults?.guardUpgrade(onUpgrade) ?? onUpgrade,
    ...(callFaults === null ? {} : { intercept: callFaults.intercept }),
  })
  const outbound = service('outbound', {
    start: async () => undefined,
    stop: async () => {
      await Promise.all([sender.stop(), validationSender.stop(), catalogSender.stop(), keySets.stop()])
    },
  })
  const opened = service('store', { start: async () => undefined, stop: () => store.stop() })
  // Stopped in reverse: sockets and requests first, then the work under way, then what it writes to and sends with.
  return {
    services: [
      opened,
      outbound,
      directory,
      publisher,
      ...(timed?.services ?? []),
      http,
      ...(does('gateway') ? [gateway] : []),
      ...(callFaults === null ? [] : [callFaults]),
    ],
    http,
    store,
    seal,
    trail,
    logger,
    routes,
  }
}

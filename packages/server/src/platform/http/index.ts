// The door of HTTP: the server, the contracts of endpoints and callers, and the signed sender.
export type { Access, Caller, Party, PlayerDetails } from './caller.ts'
export {
  checkEndpointUrl,
  type EndpointPolicy,
  type UrlCheck,
  type UrlRefusal,
} from './check-endpoint-url.ts'
export {
  compileSchemas,
  createHttpServer,
  type HttpAddress,
  type HttpServer,
  type HttpServerOptions,
  type Intercept,
  type Intercepted,
  type OnUpgrade,
} from './create-http-server.ts'
export {
  type Answer,
  type Authenticate,
  type Call,
  defineEndpoint,
  type Endpoint,
  type EndpointSchema,
  type Route,
} from './endpoint.ts'
export { type HealthCheck, type HealthDeps, type HealthEndpoints, makeHealthEndpoints } from './health-endpoints.ts'

export { parseJson } from './parse-body.ts'
export { type Lookup, pinnedConnector, resolveName } from './pinned-connector.ts'
export { type PlainSchema, plainSchema } from './plain-schema.ts'
export { createQuestionPlaces, type QuestionPlaces } from './question-places.ts'
export type { RateLimitMode, RateLimitName } from './rate-limits.ts'
export {
  createSignedSender,
  type SignedRequest,
  type SignedSender,
  type SignedSenderOptions,
} from './send-signed-request.ts'
export { NO_ANSWER_SENTENCES, type NoAnswerReason, type SignedExchange } from './signed-exchange.ts'
export type { HeaderCheck } from './signed-headers.ts'

// The sentence that helps out of the commonest trap: a body that was parsed before its bytes could be checked.

/** What happened and how to mend it, for each of the usual servers. */
export const RAW_BODY_ADVICE: string =
  'The webhook body was already read or parsed, but its signature covers the bytes exactly as they were sent. ' +
  "Give this route the raw body. Express: express.raw({ type: 'application/json' }) on the route, before express.json(). " +
  'Fastify: the plugin of @ordertrail/webhooks/fastify. NestJS: NestFactory.create(AppModule, { rawBody: true }). ' +
  'Next.js pages: export const config = { api: { bodyParser: false } }. ' +
  'Fetch handlers: hand over the request before calling json() or text() on it.'

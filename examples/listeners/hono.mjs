// The listener in Hono, on Node; elsewhere `export default app` takes the place of serve.
import { serve } from '@hono/node-server'
import { toFetchHandler } from '@ordertrail/webhooks/fetch'
import { Hono } from 'hono'
import { listener } from './listener.mjs'

const handler = toFetchHandler(listener)
const app = new Hono()
app.post('/webhooks', (context) => handler(context.req.raw))
serve({ fetch: app.fetch, port: Number(process.env.PORT ?? 3000) })

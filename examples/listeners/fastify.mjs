// The listener in Fastify: a plugin, so that all other routes still get JSON.
import { toFastifyPlugin } from '@ordertrail/webhooks/fastify'
import fastify from 'fastify'
import { listener } from './listener.mjs'

const app = fastify()
app.register(toFastifyPlugin(listener, { path: '/webhooks' }))
app.post('/login', async (request) => ({ hello: request.body.name }))
await app.listen({ port: Number(process.env.PORT ?? 3000) })

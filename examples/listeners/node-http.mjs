// The listener behind node:http.
import { createServer } from 'node:http'
import { toNodeHandler } from '@ordertrail/webhooks/node'
import { listener } from './listener.mjs'

createServer(toNodeHandler(listener)).listen(process.env.PORT ?? 3000)

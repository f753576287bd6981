// The listener as a route handler of Next.js: app/webhooks/route.js.
import { toFetchHandler } from '@ordertrail/webhooks/fetch'
import { listener } from '../../listener.mjs'

export const POST = toFetchHandler(listener)

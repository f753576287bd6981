// The listener in Cloudflare Workers, whose settings come with each request.
import { createWebhookListener } from '@ordertrail/webhooks'
import { toFetchHandler } from '@ordertrail/webhooks/fetch'

let handler

export default {
  fetch(request, env) {
    handler ??= toFetchHandler(
      createWebhookListener({
        secret: env.WEBHOOK_SECRET,
        userExists: (userId) => userId.startsWith('player-'),
        onPaid: ({ orderId }) => console.log('grant', orderId),
        onCanceled: ({ orderId }) => console.log('take back', orderId),
      }),
    )
    return handler(request)
  },
}

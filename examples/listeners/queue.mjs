// Webhooks that go into a queue of your own: checked and read, and no handler is called.
import { createServer } from 'node:http'
import { listener } from './listener.mjs'

export const queue = []

createServer(async (request, response) => {
  const rawBody = Buffer.concat(await request.toArray())
  const read = await listener.read({ headers: request.headers, rawBody })
  if (read.kind === 'refused') {
    const { status, headers, body } = read.answer
    return response.writeHead(status, headers).end(body)
  }
  const { notification } = read
  switch (notification.type) {
    case 'order_paid':
    case 'order_canceled':
      queue.push([notification.type, notification.order.orderId, notification.mode])
      break
    case 'user_validation': // Asked while the player waits: answer at once.
      return response.writeHead(notification.userId === 'player-1' ? 204 : 400).end()
  }
  response.writeHead(204).end()
}).listen(process.env.PORT ?? 3000)

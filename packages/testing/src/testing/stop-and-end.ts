// A program of a test: uses an emulator in every way that opens something, stops it, and must then end by itself.
import { startEmulator } from '../start-emulator.ts'

const store = await startEmulator()
const { orderId } = await store.createOrder()
const socket = new WebSocket(store.endpoints.socket)
await new Promise((resolve) => socket.addEventListener('open', resolve))
await store.failCalls({ answer: 'hang' })
const hanging = fetch(`${store.endpoints.store}/v2/project/${store.projectId}/items`).catch(() => undefined)
const waiting = store.waitFor(orderId, 'paid').catch((error: Error) => error.message)
await store.skipTime('1m')
await store.stop()
await hanging
console.log(`stopped: ${await waiting}`)

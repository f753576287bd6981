// One process of the question how long a test waits for its store.

/** Milliseconds of each step. */
export type StartFigures = Readonly<
  Record<'importMs' | 'firstMs' | 'secondMs' | 'orderMs' | 'resetMs' | 'stopMs', number>
>

async function timed<T>(act: () => Promise<T>): Promise<readonly [ms: number, result: T]> {
  const startedAt = performance.now()
  const result = await act()
  return [performance.now() - startedAt, result]
}

const [importMs, { startEmulator }] = await timed(() => import('@ordertrail/testing'))
const [firstMs, store] = await timed(() => startEmulator())
const [secondMs, other] = await timed(() => startEmulator())
await other.stop()
const [orderMs] = await timed(async () => {
  const { orderId } = await store.createOrder()
  await store.pay(orderId)
  await store.waitFor(orderId, 'done')
})
const [resetMs] = await timed(() => store.reset())
const [stopMs] = await timed(() => store.stop())
process.send?.({ importMs, firstMs, secondMs, orderMs, resetMs, stopMs } satisfies StartFigures)

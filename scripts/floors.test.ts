// House rule: imports only go down the floors, and into a folder of the server by its front door.
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { floorBreaches, PACKAGE_FLOORS } from './floors.ts'
import { ROOT, readImportGraph } from './import-graph.ts'

const breachOf = (from: string, to: string): string[] => floorBreaches([{ from, to, kind: 'type' }])
const server = (path: string): string => `packages/server/src/${path}`

const ALLOWED: readonly (readonly [string, string])[] = [
  ['packages/cli/src/bin.ts', 'packages/server/src/index.ts'],
  ['packages/webhooks/src/node.ts', 'packages/core/src/index.ts'],
  ['examples/demo/start.ts', 'packages/webhooks/src/index.ts'],
  [server('main.ts'), server('app.ts')],
  [server('app.ts'), server('payments/index.ts')],
  [server('orders/apply-transition.ts'), server('webhooks/index.ts')],
  [server('orders/apply-transition.ts'), server('platform/clock.ts')],
  [server('orders/apply-transition.ts'), server('platform/store/index.ts')],
  [server('webhooks/resend.test.ts'), server('app.ts')],
  [server('webhooks/testing/stage.ts'), server('events/index.ts')],
  [server('orders/testing/shop.ts'), server('platform/store/testing/index.ts')],
  ['packages/webhooks/src/node.test.ts', 'packages/webhooks/src/given-listener.test.fixture.ts'],
]
const FORBIDDEN: readonly (readonly [string, string, RegExp])[] = [
  [
    'packages/core/src/money.ts',
    'packages/server/src/index.ts',
    /core is on floor 0, server on 3; imports only go down/,
  ],
  ['packages/core/src/money.ts', 'packages/centrifuge-protocol/src/index.ts', /imports only go down/],
  ['packages/core/src/money.ts', 'scripts/run.mjs', /nothing outside packages/],
  ['packages/shop/src/index.ts', 'packages/core/src/index.ts', /a package without a floor/],
  [
    server('webhooks/resend.ts'),
    server('orders/index.ts'),
    /webhooks is on floor 2, orders on 3; imports only go down/,
  ],
  [server('webhooks/resend.ts'), server('realtime/index.ts'), /imports only go down/],
  [server('payments/psp.ts'), server('write-side.ts'), /imports only go down/],
  [server('orders/apply-transition.ts'), server('webhooks/resend.ts'), /the way into webhooks\/ is its index\.ts/],
  [
    server('orders/apply-transition.ts'),
    server('platform/store/tables.ts'),
    /the way into platform\/ is its index\.ts/,
  ],
  [server('things/thing.ts'), server('platform/clock.ts'), /a folder without a floor/],
  [server('orders/get-order.ts'), server('orders/testing/shop.ts'), /for tests only/],
  ['packages/webhooks/src/node.ts', 'packages/webhooks/src/given-listener.test.fixture.ts', /for tests only/],
]

test('lets imports go down', () => {
  assert.deepEqual(
    ALLOWED.flatMap(([from, to]) => breachOf(from, to)),
    [],
  )
})

for (const [from, to, reason] of FORBIDDEN) {
  test(`refuses that ${from} imports ${to}`, () => assert.match(breachOf(from, to).join(), reason))
}

test('every package has a floor', () => {
  const floors = PACKAGE_FLOORS.flat()
  assert.deepEqual(
    readdirSync(join(ROOT, 'packages')).filter((name) => !floors.includes(name)),
    [],
  )
})

test('no import breaks a floor', () => {
  const breaches = floorBreaches(readImportGraph().mentions)
  assert.deepEqual(breaches, [], breaches.join('\n'))
})

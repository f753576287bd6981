import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeLosingBroker } from './losing-broker.ts'
import type { Broker, PublicationHint } from './realtime/index.ts'

test('loses as many pushes as were asked for, and hands on the rest', () => {
  const carried: number[] = []
  const publish = ({ offset }: PublicationHint): void => void carried.push(offset)
  const { broker, loseNext } = makeLosingBroker({ publish } as Broker)
  const push = (offset: number): void => broker.publish({ offset } as PublicationHint)
  push(1)
  loseNext(2)
  for (const offset of [2, 3, 4]) push(offset)
  loseNext(5)
  loseNext(0)
  push(5)
  assert.deepEqual(carried, [1, 4, 5])
})

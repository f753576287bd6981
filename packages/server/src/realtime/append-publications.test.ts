// Offsets of channels: no hole, no repeat, whoever appends at the same time.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CHANNEL_NAME_LENGTH_MAX } from '@ordertrail/core'
import fc from 'fast-check'
import { bind, oneByOne, rareCommand, type Store, type WakeUp } from '../platform/store/index.ts'
import { eachStore, seedRows } from '../platform/store/testing/index.ts'
import { appendPublications, channelOf, type NewPublication } from './append-publications.ts'
import { readRange } from './read-stream.ts'

const append = rareCommand<readonly NewPublication[], null>('test.append')
const commands = [
  bind(
    append,
    oneByOne(async (tx, publications) => {
      await appendPublications(tx, publications)
      return null
    }),
  ),
]

function publication(player: string, orderId: number): NewPublication {
  const party = { projectId: 44056, kind: 'user', id: player } as const
  return {
    projectId: 44056,
    partyKind: 'user',
    partyId: player,
    channel: channelOf(party),
    orderId,
    data: JSON.stringify({ order_id: orderId, status: 'new' }),
  }
}

async function streamOf(store: Store, player: string): Promise<readonly (readonly [number, number])[]> {
  const channel = channelOf({ projectId: 44056, kind: 'user', id: player })
  const whole = { after: 0, before: null, limit: 100, order: 'oldest_first' } as const
  const stream = await readRange(store, { projectId: 44056, channel }, whole)
  return stream.map(({ offset, data }) => [offset, JSON.parse(String(data)).order_id])
}

eachStore((name, open) => {
  test(`${name}: numbers each channel by itself, from 1 on, in the order given`, async (t) => {
    const { store, stop } = await open({ commands })
    t.after(stop)
    await store.run(append, [publication('ann', 1), publication('bob', 2), publication('ann', 3)])
    await store.run(append, [publication('ann', 4)])
    const streams = { ann: await streamOf(store, 'ann'), bob: await streamOf(store, 'bob') }
    assert.deepEqual(streams, {
      ann: [
        [1, 1],
        [2, 3],
        [3, 4],
      ],
      bob: [[1, 2]],
    })
  })

  test(`${name}: wakes with what was written, and the epoch stays`, async (t) => {
    const { store, stop } = await open({ commands })
    t.after(stop)
    const wakeUps: WakeUp[] = []
    store.onWakeUp((some) => wakeUps.push(...some))
    await store.run(append, [publication('ann', 1)])
    await store.run(append, [publication('ann', 2)])
    const { epoch, channel } = await store.read
      .selectFrom('channels')
      .select(['epoch', 'channel'])
      .executeTakeFirstOrThrow()
    const wakeUp = (offset: number) => ({
      kind: 'publication',
      projectId: 44056,
      channel,
      epoch,
      offset,
      data: `{"order_id":${offset},"status":"new"}`,
    })
    assert.deepEqual(wakeUps, [wakeUp(1), wakeUp(2)])
  })

  test(`${name}: leaves no hole when many append at once`, async (t) => {
    const { store, stop } = await open({ commands })
    t.after(stop)
    const players = ['ann', 'bob', 'cleo']
    const runs = Array.from({ length: 40 }, (_, index) => {
      const first = publication(players[index % 3] ?? '', index)
      const second = publication(players[(index + 1) % 3] ?? '', index)
      return store.run(append, [first, second])
    })
    await Promise.all(runs)
    const streams = await Promise.all(players.map((player) => streamOf(store, player)))
    for (const stream of streams) {
      const offsets = stream.map(([offset]) => offset)
      assert.deepEqual(
        offsets,
        Array.from(stream, (_, index) => index + 1),
      )
    }
    assert.equal(streams.flat().length, 80)
  })

  test(`${name}: goes on in a channel that was opened before anything was published`, async (t) => {
    const { store, stop } = await open({ commands })
    t.after(stop)
    const { projectId, channel } = publication('ann', 7)
    await store.run(seedRows, {
      table: 'channels',
      rows: [
        {
          project_id: projectId,
          channel,
          party_kind: 'user',
          party_id: 'ann',
          epoch: 'e1',
          last_offset: 0,
          created_at: 0,
          first_offset: 1,
          oldest_at: null,
          newest_id: null,
        },
      ],
    })
    await store.run(append, [publication('ann', 7)])
    const { epoch } = await store.read.selectFrom('channels').select('epoch').executeTakeFirstOrThrow()
    assert.deepEqual({ epoch, stream: await streamOf(store, 'ann') }, { epoch: 'e1', stream: [[1, 7]] })
  })
})

test('channel names are safe, short and tell parties, kinds and projects apart', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), (id) => {
      const names = [
        channelOf({ projectId: 44056, kind: 'user', id }),
        channelOf({ projectId: 44056, kind: 'visitor', id }),
        channelOf({ projectId: 44057, kind: 'user', id }),
        channelOf({ projectId: 44056, kind: 'user', id: `${id}.` }),
      ]
      assert.equal(new Set(names).size, names.length)
      for (const name of names) assert.ok(/^[a-z0-9_]+$/.test(name) && name.length <= CHANNEL_NAME_LENGTH_MAX)
    }),
  )
})

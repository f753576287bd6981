// A process with a store open in it, and callers that move orders: each asks for its next move when the last one is durable.
import { readInput } from '../frame/child-input.ts'
import { openPlace, type Place } from '../stage/databases.ts'
import { drive } from '../stage/drive.ts'
import type { SeededOrder } from '../stage/seed.ts'
import { makeOwnMover } from './own-mover.ts'
import { makePlainMover } from './plain-movers.ts'
import type { PlainWrites } from './plain-writes.ts'
import type { Mover, TransitionName } from './transition.ts'

/** What the process is started with. `writes` null: by the real commands. `groupMax`: see makePlainMover. */
export interface CallerInput {
  readonly place: Place
  readonly transition: TransitionName
  readonly writes: PlainWrites | null
  readonly groupMax: number
}

/** Orders to move; answered with Driven. */
export interface CallerMessage {
  readonly orders: readonly SeededOrder[]
  readonly callers: number
  readonly msMax: number
}

const input = readInput<CallerInput>()
const mover = await openMover(input)

async function openMover({ place, transition, writes, groupMax }: CallerInput): Promise<Mover> {
  if (writes === null) return makeOwnMover(await openPlace(place), transition)
  return makePlainMover(place, writes, groupMax)
}

process.on('message', async (message: CallerMessage) => process.send?.(await drive(mover.move, message)))
process.on('disconnect', async () => {
  await mover.stop()
  process.exit()
})
process.send?.('ready')

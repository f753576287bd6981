// Random things that happen to the clients of one player.
import { LIFE_ACTS, LIFE_FATES, type LifeAct } from '../../packages/server/src/realtime/testing/random-life.ts'

const ACTS_MIN = 5
const ACTS_MAX = 40
const PUBLISH_SHARE = 1 / 3

/** The acts of one history. */
export function randomActs(random: () => number): readonly LifeAct[] {
  const count = ACTS_MIN + Math.floor(random() * (ACTS_MAX - ACTS_MIN))
  return Array.from({ length: count }, () => randomAct(random))
}

function randomAct(random: () => number): LifeAct {
  if (random() >= PUBLISH_SHARE) return { kind: oneOf(random, LIFE_ACTS), at: random() }
  const count = 1 + Math.floor(random() * 3)
  return { kind: 'publish', fate: oneOf(random, LIFE_FATES), count, isAwaited: random() < 0.5 }
}

function oneOf<Item>(random: () => number, items: readonly Item[]): Item {
  const item = items[Math.floor(random() * items.length)]
  if (item === undefined) throw new Error('There is nothing to choose from.')
  return item
}

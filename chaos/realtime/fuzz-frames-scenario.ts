// `npm run chaos -- frames`: damaged frames over real sockets to a real gateway.
import { countOption, type Scenario } from '../scenario.ts'
import { fuzzFrames } from './fuzz-frames.ts'

const FRAMES = 1_000_000
const GROWTH_MIB_MAX = 5

/** The scenario. */
export const fuzzFramesScenario: Scenario = {
  usage: 'frames [--count N] [--growth-max MIB] [--seed N]',
  async run({ options, random, report }) {
    const growthMax = countOption(options, 'growth-max', GROWTH_MIB_MAX)
    const startedAt = performance.now()
    const found = await fuzzFrames({ frames: countOption(options, 'count', FRAMES), random, report })
    const { frames, connections, codes, growthMib, violations } = found
    const ends = [...codes].toSorted(([a], [b]) => (a < b ? -1 : 1))
    return {
      figures: [
        ['frames', frames],
        ['connections', connections],
        ...ends.map(
          ([code, count]) => [code === 'open' ? 'of these went on' : `of these ended with ${code}`, count] as const,
        ),
        ['memory growth MiB', growthMib.toFixed(1)],
        ['seconds', ((performance.now() - startedAt) / 1_000).toFixed(1)],
      ],
      violations:
        growthMib <= growthMax
          ? violations
          : [...violations, `memory grew by ${growthMib.toFixed(1)} MiB, ${growthMax} are allowed`],
    }
  },
}

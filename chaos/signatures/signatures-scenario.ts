// `npm run chaos -- signatures`: forged pairs of body and signature, and odd bodies that are signed right.
import { countOption, type Scenario } from '../scenario.ts'
import { trySignatures } from './try-signatures.ts'

const PAIRS = 1_000_000
const BODIES = 10_000

/** The scenario. */
export const signaturesScenario: Scenario = {
  usage: 'signatures [--count N] [--bodies N] [--seed N]',
  async run({ options, random, report }) {
    const pairs = countOption(options, 'count', PAIRS)
    const bodies = countOption(options, 'bodies', BODIES)
    const startedAt = performance.now()
    const found = await trySignatures({ pairs, bodies, random, report })
    return {
      figures: [
        ['pairs that differ in body or signature', pairs],
        ['of these accepted', found.acceptedPairs],
        ['of these refused for good', found.refusedForGood],
        ['odd but valid bodies', bodies],
        ['of these refused', found.refusedBodies],
        ['seconds', ((performance.now() - startedAt) / 1_000).toFixed(1)],
      ],
      violations: found.violations,
    }
  },
}

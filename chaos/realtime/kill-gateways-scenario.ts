// `npm run chaos -- kill-gateways`: kill -9 of nodes, and outages of what they stand on, while official clients watch.
import { countOption, type Scenario, type ScenarioOutcome } from '../scenario.ts'
import { type KillGatewaysOutcome, killGateways } from './kill-gateways.ts'
import { GATEWAY_BROKERS, openGatewaysPlace } from './open-gateways-place.ts'

const ROUNDS = 100
const NODES = 3
const CLIENTS = 16

/** The scenario. */
export const killGatewaysScenario: Scenario = {
  usage: 'kill-gateways [--rounds N] [--nodes N] [--clients N] [--broker nats|postgres] [--seed N]',
  async run({ options, random, report }) {
    const broker = GATEWAY_BROKERS.find((name) => name === (options.broker ?? 'nats'))
    if (broker === undefined) throw new RangeError(`--broker is one of ${GATEWAY_BROKERS.join(', ')}.`)
    const rounds = countOption(options, 'rounds', ROUNDS)
    const nodes = countOption(options, 'nodes', NODES)
    const clients = countOption(options, 'clients', CLIENTS)
    const startedAt = performance.now()
    const { place, close } = await openGatewaysPlace(broker)
    try {
      const outcome = await killGateways({ place, rounds, nodes, clients, random, report })
      const seconds = (performance.now() - startedAt) / 1_000
      return { figures: figuresOf(outcome, `${nodes} nodes over ${broker}`, seconds), violations: outcome.violations }
    } finally {
      await close()
    }
  },
}

function figuresOf(outcome: KillGatewaysOutcome, name: string, seconds: number): ScenarioOutcome['figures'] {
  return [
    [name, ''],
    ...outcome.targets,
    ['orders paid', outcome.orders],
    ['statuses published', outcome.published],
    ['statuses that clients got live or recovered', outcome.received],
    ['connections', outcome.connections],
    ['of these not recovered', outcome.unrecovered],
    ['ms until the last client had the last status', outcome.lastStatusMs],
    ['holes, duplicates, lost statuses', outcome.violations.length],
    ['seconds', seconds.toFixed(1)],
  ]
}

// `npm run chaos -- <scenario> [options]`: long proofs from outside; each prints its seed and ends with 1 when a promise was broken.
import { parseArgs } from 'node:util'
import { chainsScenario } from './chains/chains-scenario.ts'
import { killDeliveriesScenario } from './deliveries/kill-deliveries-scenario.ts'
import { hostileAnswersScenario } from './hostile-answers/hostile-answers-scenario.ts'
import { killServerScenario } from './kill-server-scenario.ts'
import { mixedScenario } from './mixed/mixed-scenario.ts'
import { fuzzFramesScenario } from './realtime/fuzz-frames-scenario.ts'
import { killGatewaysScenario } from './realtime/kill-gateways-scenario.ts'
import { realtimeScenario } from './realtime/realtime-scenario.ts'
import { type Scenario, tableOf } from './scenario.ts'
import { schedulesScenario } from './schedules/schedules-scenario.ts'
import { seededRandom } from './seeded-random.ts'
import { signaturesScenario } from './signatures/signatures-scenario.ts'
import { trackingScenario } from './tracking/tracking-scenario.ts'

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'hostile-answers': hostileAnswersScenario,
  chains: chainsScenario,
  'kill-server': killServerScenario,
  'kill-deliveries': killDeliveriesScenario,
  schedules: schedulesScenario,
  frames: fuzzFramesScenario,
  realtime: realtimeScenario,
  'kill-gateways': killGatewaysScenario,
  tracking: trackingScenario,
  signatures: signaturesScenario,
  mixed: mixedScenario,
}
const SEED_MAX = 2 ** 31
/** Violations that are printed; more of them say nothing new. */
const SHOWN_MAX = 20

const option = { type: 'string' } as const
const OPTIONS = {
  rounds: option,
  callers: option,
  orders: option,
  events: option,
  histories: option,
  exchanges: option,
  count: option,
  bodies: option,
  nodes: option,
  clients: option,
  broker: option,
  deadline: option,
  'growth-max': option,
  'overdue-max': option,
  store: option,
  seed: option,
  'database-url': option,
}

/** What was asked for; null: something that there is not, which is said. */
function readArguments() {
  try {
    return parseArgs({ allowPositionals: true, options: { ...OPTIONS, help: { type: 'boolean', default: false } } })
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n`)
    return null
  }
}

async function main(): Promise<number> {
  const asked = readArguments()
  const scenario = SCENARIOS[asked?.positionals[0] ?? '']
  if (asked === null || asked.values.help || scenario === undefined) {
    const usages = Object.values(SCENARIOS).map(({ usage }) => `  npm run chaos -- ${usage}`)
    console.error(['Usage:', ...usages].join('\n'))
    return asked?.values.help === true ? 0 : 1
  }
  const { help: _, ...values } = asked.values
  const seed = Number(values.seed ?? Math.floor(Math.random() * SEED_MAX))
  console.log(`seed ${seed}`)
  const report = (line: string): void => console.log(line)
  const { figures, violations } = await scenario.run({ seed, random: seededRandom(seed), options: values, report })
  for (const violation of violations.slice(0, SHOWN_MAX)) console.error(`VIOLATION  ${violation}`)
  for (const line of tableOf(figures)) console.log(line)
  console.log(`seed ${seed}: ${violations.length} violations`)
  return violations.length === 0 ? 0 : 1
}

// Only an exit of its own lets a process end what it started; a terminal's Ctrl-C reaches the servers by itself.
process.once('SIGTERM', () => process.exit(1))

process.exitCode = await main()

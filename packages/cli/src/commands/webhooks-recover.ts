// `ordertrail webhooks recover`: sends all that failed again, or what was never told, and shows how far it is.
import { setTimeout as sleep } from 'node:timers/promises'
import { Command, InvalidArgumentError, Option } from 'commander'
import { addEmulatorFlags, type EmulatorFlags } from '../emulator-flags.ts'
import { type ProjectSession, projectSession } from '../project-session.ts'

interface RecoverFlags extends EmulatorFlags {
  readonly since: string
  readonly until?: string
  readonly type?: readonly string[]
  readonly kind: string
  readonly rate?: number
  readonly wait: boolean
}

interface ShownRecovery {
  readonly id: number
  readonly state: string
  readonly paused_because: string | null
  readonly total: number | null
  readonly sent: number
  readonly accepted: number
  readonly rejected: number
  readonly failed: number
  readonly skipped: number
  readonly skipped_by_reason: Readonly<Record<string, number>>
}

/** How often progress is asked for. */
const LOOK_MS = 500

/** The command. */
export function recoverWebhooks(): Command {
  return addEmulatorFlags(new Command('recover'))
    .description('sends failed webhooks again; exit code 1 when not all of them are accepted')
    .requiredOption('--since <time>', 'those that failed from here on: a time, or how long ago, such as 2h', parseTime)
    .option('--until <time>', 'and before this time', parseTime)
    .option('--type <type...>', 'of these types only, such as order_paid')
    .addOption(
      new Option('--kind <kind>', 'recover: what failed; replay: events that nobody processed, as webhooks')
        .choices(['recover', 'replay'])
        .default('recover'),
    )
    .option('--rate <per_second>', 'how many a second at most', parseRate)
    .option('--no-wait', 'prints the number of the recovery and does not wait for its end')
    .action(async ({ url, since, until, type, kind, rate, wait }: RecoverFlags) => {
      const session = projectSession(url)
      const wish = {
        kind,
        since,
        ...(until === undefined ? {} : { until }),
        ...(type === undefined ? {} : { types: type }),
        ...(rate === undefined ? {} : { rate_per_second: rate }),
      }
      const started = (await session.post('/webhooks/recoveries', wish)) as ShownRecovery
      console.log(`recovery ${started.id}  ${started.total ?? 'very many'} to send`)
      if (wait) tellEnd(await watch(session, started))
    })
}

/** Shows progress where it changed, until the recovery has ended. */
async function watch(session: ProjectSession, started: ShownRecovery): Promise<ShownRecovery> {
  let shown = ''
  for (let recovery = started; ; ) {
    recovery = (await session.get(`/webhooks/recoveries/${started.id}`)) as ShownRecovery
    const line = progressLine(recovery)
    if (line !== shown) console.log(line)
    shown = line
    if (recovery.state !== 'running') return recovery
    await sleep(LOOK_MS)
  }
}

function progressLine(recovery: ShownRecovery): string {
  const { id, state, paused_because, total, sent, accepted, rejected, failed, skipped } = recovery
  const words = [`recovery ${id}`, paused_because === null ? state : `paused: ${paused_because}`]
  words.push(`${sent + skipped}/${total ?? 'many'}`, `${accepted} accepted`)
  if (rejected > 0) words.push(`${rejected} rejected`)
  if (failed > 0) words.push(`${failed} failed`)
  if (skipped > 0) words.push(`${skipped} skipped`)
  return words.join('  ')
}

function tellEnd({ state, rejected, failed, skipped_by_reason }: ShownRecovery): void {
  for (const [reason, count] of Object.entries(skipped_by_reason)) console.log(`skipped ${count}: ${reason}`)
  if (state !== 'done' || rejected + failed > 0) process.exitCode = 1
}

const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 }

/** A time, or a span before now by this machine's clock. */
function parseTime(text: string): string {
  const [, count, unit = ''] = /^(\d{1,4})([mhd])$/.exec(text) ?? []
  const ms = count === undefined ? Date.parse(text) : Date.now() - Number(count) * (UNIT_MS[unit] ?? 0)
  if (Number.isNaN(ms)) throw new InvalidArgumentError('Expected a time such as 2026-01-31T12:00:00Z, or 30m, 2h, 3d.')
  return new Date(ms).toISOString()
}

function parseRate(text: string): number {
  if (!/^[1-9]\d?$/.test(text)) throw new InvalidArgumentError('Expected a whole number from 1 to 50.')
  return Number(text)
}

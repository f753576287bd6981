// `ordertrail webhooks health`: how the listener is, in a few lines.
import { Command } from 'commander'
import { addEmulatorFlags, type EmulatorFlags } from '../emulator-flags.ts'
import { projectSession } from '../project-session.ts'

interface ShownCounts {
  readonly attempts: number
  readonly accepted: number
  readonly rejected: number
  readonly errored: number
  readonly unanswered: number
}

interface ShownHealth {
  readonly state: string
  readonly since: string | null
  readonly is_sending: boolean
  readonly last_failed_at: string | null
  readonly last_failure: string | null
  readonly failures_in_row: number
  readonly last_hour: ShownCounts
  readonly last_day: ShownCounts
  readonly waiting: Readonly<Record<string, number>>
  readonly oldest_due_at: string | null
}

/** The command. */
export function showHealth(): Command {
  return addEmulatorFlags(new Command('health'))
    .description('says how your listener answers and what waits for it; exit code 1 when it is not healthy')
    .action(async ({ url }: EmulatorFlags) => {
      const health = (await projectSession(url).get('/webhooks/health')) as ShownHealth
      for (const line of healthLines(health)) console.log(line)
      if (health.state !== 'healthy') process.exitCode = 1
    })
}

function healthLines(health: ShownHealth): readonly string[] {
  const { state, since, is_sending, last_failed_at, last_failure, failures_in_row, oldest_due_at } = health
  const waiting = Object.entries(health.waiting).map(([kind, count]) => `${count} ${kind}`)
  return [
    `${state}${since === null ? '' : ` since ${since}`}${is_sending ? '' : '  (webhooks are off)'}`,
    ...(last_failed_at === null
      ? []
      : [`last failure ${last_failed_at}: ${last_failure}, ${failures_in_row} in a row`]),
    `last hour  ${countsText(health.last_hour)}`,
    `last day   ${countsText(health.last_day)}`,
    `waiting    ${waiting.join(', ')}${oldest_due_at === null ? '' : `, the oldest since ${oldest_due_at}`}`,
  ]
}

function countsText({ attempts, accepted, rejected, errored, unanswered }: ShownCounts): string {
  return `${attempts} attempts: ${accepted} accepted, ${rejected} rejected, ${errored} errors, ${unanswered} unanswered`
}

// `ordertrail webhooks resend`: sends one webhook again, at once.
import { Command, InvalidArgumentError } from 'commander'
import { addEmulatorFlags, type EmulatorFlags } from '../emulator-flags.ts'
import { projectSession } from '../project-session.ts'

interface Resent {
  readonly attempt: number
  readonly outcome: string
  readonly status: number | null
  readonly failure: string | null
}

/** The command. */
export function resendWebhooks(): Command {
  return addEmulatorFlags(new Command('resend'))
    .description('sends a webhook again; exit code 1 when your listener does not accept it')
    .argument('<delivery_id>', 'number of the webhook, as list shows it', parseDeliveryId)
    .action(async (deliveryId: number, { url }: EmulatorFlags) => {
      const answer = await projectSession(url).post(`/deliveries/${deliveryId}/resend`)
      const { attempt, outcome, status, failure } = answer as Resent
      console.log(`webhook ${deliveryId}  attempt ${attempt}  ${status ?? failure}  ${outcome}`)
      if (outcome !== 'accepted') process.exitCode = 1
    })
}

function parseDeliveryId(text: string): number {
  if (!/^[1-9]\d{0,15}$/.test(text)) throw new InvalidArgumentError('Expected the number of a webhook.')
  return Number(text)
}

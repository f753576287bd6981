// `ordertrail webhooks`: what was sent to the listener, and sending it again. One file per command below it.
import { Command } from 'commander'
import { listWebhooks } from './webhooks-list.ts'
import { resendWebhooks } from './webhooks-resend.ts'

/** The command and what stands below it. */
export function webhooksCommand(): Command {
  return new Command('webhooks')
    .description('shows the webhooks of the emulator and sends them again')
    .addCommand(listWebhooks())
    .addCommand(resendWebhooks())
}

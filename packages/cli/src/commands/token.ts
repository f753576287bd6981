// `ordertrail token`: a user JWT of the demo project.
import { DEV_PROJECT } from '@ordertrail/server/dev-project'
import { devSession } from '@ordertrail/server/dev-tools'
import { Command } from 'commander'
import { addEmulatorFlags, type EmulatorFlags } from '../emulator-flags.ts'

/** The command. */
export function tokenCommand(): Command {
  return addEmulatorFlags(new Command('token'))
    .description('prints a user token of the emulator')
    .option('--user <id>', 'user id', DEV_PROJECT.userId)
    .action(async ({ url, user }: EmulatorFlags & { readonly user: string }) => {
      console.log(await devSession(url).userToken(user))
    })
}

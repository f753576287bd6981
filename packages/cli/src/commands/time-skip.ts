// `ordertrail time skip 25m`: moves the emulator's wall time.

import { devSession } from '@ordertrail/server/dev-tools'
import { Command, InvalidArgumentError } from 'commander'
import { addEmulatorFlags, type EmulatorFlags } from '../emulator-flags.ts'

const MINUTES: Readonly<Record<string, number>> = { m: 1, h: 60, d: 24 * 60 }

/** The command. */
export function timeCommand(): Command {
  const skip = addEmulatorFlags(new Command('skip'))
    .description('skips wall time; what falls due on the way happens at once')
    .argument('<duration>', 'such as 25m, 12h or 1d', parseMinutes)
    .action(async (minutes: number, { url }: EmulatorFlags) => {
      const now = await devSession(url).skipMinutes(minutes)
      console.log(`for the emulator it is ${now.toISOString()} now`)
    })
  return new Command('time').description("moves the emulator's time").addCommand(skip)
}

/** Whole minutes of a text such as 25m, 12h or 1d. */
export function parseMinutes(text: string): number {
  const found = /^([1-9]\d{0,5})([mhd])$/.exec(text)
  const unit = MINUTES[found?.[2] ?? '']
  if (found === null || unit === undefined)
    throw new InvalidArgumentError('Expected a duration such as 25m, 12h or 1d.')
  return Number(found[1]) * unit
}

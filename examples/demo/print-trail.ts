// Prints the trail of the demo in columns.
import { timeOfDay } from 'ordertrail'

const SUBJECT_WIDTH = 18
const WHAT_WIDTH = 10

/** One line: when, about whom, what, and how. */
export function printTrail(subject: string, what: string, detail: string): void {
  console.log(`  ${timeOfDay(new Date())}  ${subject.padEnd(SUBJECT_WIDTH)} ${what.padEnd(WHAT_WIDTH)} ${detail}`)
}

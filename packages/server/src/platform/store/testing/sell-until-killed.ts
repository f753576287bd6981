// A process that sells into a SQLite file with many callers until it is killed; it says the key of each confirmed sale.
import { writeSync } from 'node:fs'
import { openSqliteStore } from '../../sqlite/index.ts'
import { sell } from './sale-write-side.ts'

const CALLERS = 16
const PARTIES = 5
const STDOUT = 1

const [path = '', round = ''] = process.argv.slice(2)
const writeSideModule = new URL('./sale-write-side.ts', import.meta.url)
const store = await openSqliteStore({ path, writeSideModule, writeSideOptions: null })
for (let caller = 0; caller < CALLERS; caller++) void sellOn(caller)

async function sellOn(caller: number): Promise<never> {
  for (let count = 0; ; count++) {
    const key = `${round}-${caller}-${count}`
    await store.run(sell, { key, party: `player${(caller + count) % PARTIES}` })
    // At once, past every buffer: whoever reads this holds us to it.
    writeSync(STDOUT, `${key}\n`)
  }
}

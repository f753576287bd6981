// A server process as in production, with the settings of its environment; tells its parent where it listens, and goes with it.
import { startServer } from '../../main.ts'

const server = await startServer({ mode: 'start', env: process.env })
process.once('disconnect', () => void server.stop())
process.send?.(server.url)

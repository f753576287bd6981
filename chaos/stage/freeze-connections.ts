// Lets the connections of our nodes fall silent: PostgreSQL is a process for each of them, and new ones are served.
import pg from 'pg'

/** Stops the processes that serve the nodes; gives what lets them go on. */
export async function freezeConnections(url: string): Promise<() => void> {
  const client = new pg.Client(url)
  await client.connect()
  const { rows } = await client.query<{ pid: number }>(
    `select pid from pg_stat_activity where application_name like 'ordertrail%'`,
  )
  await client.end()
  for (const { pid } of rows) send(pid, 'SIGSTOP')
  return () => {
    for (const { pid } of rows) send(pid, 'SIGCONT')
  }
}

/** One that has ended meanwhile is none of our business. */
function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {}
}

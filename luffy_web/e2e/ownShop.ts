import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, createWriteStream, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'

import { DATABASE, PROJECT, STATE, TABLES, shopEnvironment } from './shop'

/** Where a shop of its own is going to run, and keep what it has. */
export interface Place {
  port: string
  url: string
  state: string
}

/** A shop beside that of the journeys. */
export interface OwnShop {
  url: string
  /** The file with what scripts/start and its processes print. */
  log: string
  /** The process numbers of what scripts/start runs: the web server and the task queue. */
  processes: () => number[]
  /** The environment for the shop's own commands. */
  env: Record<string, string | undefined>
  close: () => Promise<void>
}

export async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return String(port)
}

/**
 * Makes the folder of a shop with what takes long to make: the static files, collected and compressed, and a
 * database, which is an empty one unless it is another.
 */
export async function newPlace(name: string, database = TABLES): Promise<Place> {
  const port = await freePort()
  const state = `${STATE}-${name}`
  rmSync(state, { recursive: true, force: true })
  mkdirSync(state, { recursive: true })
  symlinkSync(`${STATE}/static`, `${state}/static`)
  if (existsSync(database)) copyFileSync(database, `${state}/${DATABASE}`)
  return { port, url: `http://127.0.0.1:${port}`, state }
}

/** Ends a process that this one has started. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  await ended
}

async function isOpen(url: string): Promise<boolean> {
  return fetch(`${url}/readyz`).then(({ ok }) => ok, () => false)
}

/** Whether this is the web server or the task queue; a process may end while it is looked at. */
function isServer(pid: string): boolean {
  try {
    return /gunicorn|run_tasks/.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8'))
  } catch {
    return false
  }
}

/** Starts a shop by scripts/start, with these settings and arguments. */
export async function openShop(
  { port, url, state }: Place,
  settings: Record<string, string> = {},
  args: string[] = [],
): Promise<OwnShop> {
  const env = { ...shopEnvironment(port, state), ...settings }
  const shop = spawn('./scripts/start', args, { cwd: PROJECT, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const log = `${state}/start.log`
  const written = createWriteStream(log)
  shop.stdout.pipe(written)
  shop.stderr.pipe(written)
  while (!(await isOpen(url))) {
    if (shop.exitCode !== null) throw new Error(`The shop did not start; ${log} says why.`)
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  const processes = () =>
    readFileSync(`/proc/${shop.pid}/task/${shop.pid}/children`, 'utf8')
      .trim()
      .split(' ')
      .filter((pid) => isServer(pid))
      .map(Number)
  const close = async () => {
    await end(shop)
    rmSync(state, { recursive: true, force: true })
  }
  return { url, log, processes, env, close }
}

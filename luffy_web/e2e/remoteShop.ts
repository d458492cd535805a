import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, createWriteStream, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'

import { PROJECT, STATE, shopEnvironment } from './shop'

/** Fake storages that follow the providers' documentation; real clients talk to them. */
const PEERS = {
  s3: 'luffy_api.libs.storage.tests.signed_s3',
  qiniu: 'luffy_api.libs.storage.tests.fake_qiniu_tools',
}

/** The demo school as it is before the first journey: creating the tables takes ten seconds of computing. */
const DEMO_DATABASE = `${STATE}/demo.sqlite3`
const DATABASE = 'luffy.sqlite3'

const COPY = 'import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute("VACUUM INTO ?", sys.argv[2:])'

/** Copies the database of the journeys' shop for the shops of `openRemoteShop`. */
export function copyDatabase(): void {
  execFileSync('.venv/bin/python', ['-c', COPY, `${STATE}/${DATABASE}`, DEMO_DATABASE], { cwd: PROJECT })
}

export type Storage = keyof typeof PEERS

/** A shop that stores its files at a remote storage. */
export interface RemoteShop {
  url: string
  /** The storage's URL for browsers. */
  storage: string
  /** The process numbers of what scripts/start runs: the web server and the task queue. */
  processes: () => number[]
  /** What scripts/start and its processes have printed. */
  log: () => string
  /** The environment for the shop's own commands. */
  env: Record<string, string | undefined>
  close: () => Promise<void>
}

async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return String(port)
}

/** Starts the fake storage, which prints the settings for the shop. */
async function startPeer(storage: Storage, ...args: string[]): Promise<[ChildProcess, Record<string, string>]> {
  const peer = spawn('.venv/bin/python', ['-m', PEERS[storage], ...args], { cwd: PROJECT, stdio: ['ignore', 'pipe', 'inherit'] })
  const [said] = (await once(peer.stdout, 'data')) as [Buffer]
  const lines = said.toString().matchAll(/^(\w+)='?(.*?)'?$/gm)
  return [peer, Object.fromEntries([...lines].map(([, name = '', value = '']) => [name, value]))]
}

/** Whether this is the web server or the task queue; a process may end while it is looked at. */
function isServer(pid: string): boolean {
  try {
    return /gunicorn|run_tasks/.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8'))
  } catch {
    return false
  }
}

async function isOpen(url: string): Promise<boolean> {
  return fetch(`${url}/readyz`).then(({ ok }) => ok, () => false)
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  await ended
}

/** Starts the storage, then a shop on it by scripts/start, which stores the files of the demo school there. */
export async function openRemoteShop(storage: Storage): Promise<RemoteShop> {
  const [port, peerPort] = [await freePort(), await freePort()]
  const url = `http://127.0.0.1:${port}`
  const state = `${STATE}-${storage}`
  rmSync(state, { recursive: true, force: true })
  mkdirSync(state, { recursive: true })
  // The static files are the same for all shops; collecting and compressing them takes long.
  symlinkSync(`${STATE}/static`, `${state}/static`)
  copyFileSync(DEMO_DATABASE, `${state}/${DATABASE}`)
  const [peer, settings] = await startPeer(storage, peerPort, url)
  const env = { ...shopEnvironment(port, state), STORAGE: storage, ...settings }
  const shop = spawn('./scripts/start', { cwd: PROJECT, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const log = createWriteStream(`${state}/start.log`)
  shop.stdout.pipe(log)
  shop.stderr.pipe(log)
  while (!(await isOpen(url))) {
    if (shop.exitCode !== null) throw new Error(`The shop on ${storage} did not start; ${state}/start.log says why.`)
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  const close = async () => {
    await end(shop)
    await end(peer)
    rmSync(state, { recursive: true, force: true })
  }
  const processes = () =>
    readFileSync(`/proc/${shop.pid}/task/${shop.pid}/children`, 'utf8')
      .trim()
      .split(' ')
      .filter((pid) => isServer(pid))
      .map(Number)
  const said = () => readFileSync(`${state}/start.log`, 'utf8')
  return { url, storage: `http://127.0.0.1:${peerPort}`, env, processes, log: said, close }
}

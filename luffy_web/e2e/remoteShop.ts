import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'

import { end, freePort, newPlace, openShop, type OwnShop } from './ownShop'
import { DATABASE, PROJECT, STATE } from './shop'

/** Fake storages that follow the providers' documentation; real clients talk to them. */
const PEERS = {
  s3: 'luffy_api.libs.storage.tests.signed_s3',
  qiniu: 'luffy_api.libs.storage.tests.fake_qiniu_tools',
}

/** The demo school as it is before the first journey: creating the tables takes ten seconds of computing. */
const DEMO_DATABASE = `${STATE}/demo.sqlite3`

const COPY = 'import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute("VACUUM INTO ?", sys.argv[2:])'

/** Copies the database of the journeys' shop for the shops of `openRemoteShop`. */
export function copyDatabase(): void {
  execFileSync('.venv/bin/python', ['-c', COPY, `${STATE}/${DATABASE}`, DEMO_DATABASE], { cwd: PROJECT })
}

export type Storage = keyof typeof PEERS

/** A shop that stores its files at a remote storage. */
export interface RemoteShop extends OwnShop {
  /** The storage's URL for browsers. */
  storage: string
}

/** Starts the fake storage, which prints the settings for the shop. */
async function startPeer(storage: Storage, ...args: string[]): Promise<[ChildProcess, Record<string, string>]> {
  const peer = spawn('.venv/bin/python', ['-m', PEERS[storage], ...args], { cwd: PROJECT, stdio: ['ignore', 'pipe', 'inherit'] })
  const [said] = (await once(peer.stdout, 'data')) as [Buffer]
  const lines = said.toString().matchAll(/^(\w+)='?(.*?)'?$/gm)
  return [peer, Object.fromEntries([...lines].map(([, name = '', value = '']) => [name, value]))]
}

/**
 * Starts the storage, then a shop on it by scripts/start, which stores the files of the demo school there. The
 * pictures that the journeys' shop has made of them are there already.
 */
export async function openRemoteShop(storage: Storage): Promise<RemoteShop> {
  const [place, peerPort] = [await newPlace(storage, DEMO_DATABASE), await freePort()]
  const [peer, settings] = await startPeer(storage, peerPort, place.url, `${STATE}/media`)
  const shop = await openShop(place, { STORAGE: storage, ...settings })
  const close = async () => {
    await shop.close()
    await end(peer)
  }
  return { ...shop, storage: `http://127.0.0.1:${peerPort}`, close }
}

import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'

import { film, newChapter } from './films'
import { behindTheCounter, sessionOf } from './shop'
import { expect, test } from './test'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const MEGABYTE = 1024 * 1024
const KEY = 'private/course/videos/e2e/source.mp4'

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}

/** The fake Qiniu of the storage's tests, which speaks the real one's protocol. */
async function startQiniu(port: number): Promise<ChildProcess> {
  const qiniu = spawn('.venv/bin/python', ['-m', 'luffy_api.libs.storage.tests.fake_qiniu', String(port)], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  await once(qiniu.stdout, 'data')
  return qiniu
}

const tokenFor = (size: number) =>
  behindTheCounter(`
from qiniu import Auth
from luffy_api.libs.storage.tests import fake_qiniu, qiniu_signing as signing
policy = {"insertOnly": 1, "fsizeLimit": ${size}, "detectMime": 1, "mimeLimit": "video/mp4"}
print(Auth(signing.ACCESS_KEY, signing.SECRET_KEY).upload_token(fake_qiniu.BUCKET, "${KEY}", 600, policy))`)

// The shop under test keeps its files itself, so its policy does not name a Qiniu.
test.use({ storageState: sessionOf('admin'), bypassCSP: true })

test("Qiniu's own client brings a film up, and sends no part twice after a lost line and a reload", async ({ page, faults }) => {
  faults.allow(/^foreign http:\/\/127\.0\.0\.1:/)
  faults.allow(/net::ERR_(CONNECTION_RESET|ABORTED) PUT \S+\/uploads\//)
  faults.allow(/console Failed to load resource: net::ERR_/)
  const { sections: [section = 0] } = newChapter('Docker 与 Kubernetes 部署实战', ['存在七牛的一课'])
  const file = film('存在七牛的一课.mp4', { padding: 15 * MEGABYTE })
  const port = await freePort()
  const qiniu = await startQiniu(port)
  try {
    const ticket = { token: tokenFor(file.buffer.length), up_host: `http://127.0.0.1:${port}`, key: KEY }
    const data = { id: 1, provider: 'qiniu', key: 'source.mp4', part_size: 4 * MEGABYTE, parts_done: [], ticket }
    await page.route('**/course/upload/', (route) => route.fulfill({ json: { code: 100, msg: '成功', data } }))
    await page.route('**/course/upload/1/complete/', (route) =>
      route.fulfill({ json: { code: 100, msg: '成功', data: { state: 3, state_name: '可播放', progress: 100, error: '', duration: 26 } } }),
    )
    const firstArrived = () =>
      expect.poll(() => page.evaluate(() => JSON.stringify(localStorage))).toMatch(/qiniu_js_sdk_upload.*etag/)
    const parts: string[] = []
    let cut = true
    await page.route(/\/uploads\/[^/]+\/\d+$/, async (route) => {
      const part = route.request().url().split('/').at(-1) ?? ''
      if (cut && part !== '1') {
        // The client gives up all parts with the first that fails; one must have arrived by then.
        // A reload takes the page away from under the question.
        await firstArrived().catch(() => undefined)
        return route.abort('connectionreset')
      }
      await route.continue()
      parts.push(part)
    })

    await page.goto(`/admin/course/coursesection/${section}/change/`)
    await page.locator('.upload input[type=file]').setInputFiles(file)
    await firstArrived()
    await page.getByRole('button', { name: '暂停' }).click()
    await page.reload()
    cut = false
    await page.locator('.upload input[type=file]').setInputFiles(file)

    await expect(page.locator('.upload__state')).toHaveText('可播放', { timeout: 30_000 })
    expect(parts.sort()).toEqual(['1', '2', '3', '4'])
  } finally {
    qiniu.kill('SIGTERM')
  }
})

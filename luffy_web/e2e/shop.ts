import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { expect, type Page } from '@playwright/test'

/** The shop that is started for the journeys: its port, its state and what it wrote. */
export const PORT = process.env.E2E_PORT ?? '8123'
export const STATE = fileURLToPath(new URL(`../../var/e2e/${PORT}`, import.meta.url))
export const LOG = `${STATE}/start.log`

export const PASSWORD = 'luffy-student'
export type Student = 'student' | 'student2'

/** Where login.setup.ts keeps a student's session, and the back office's. */
export const sessionOf = (student: Student | 'admin') => `${STATE}/${student}.json`

/** A number that nobody has used before. */
export function newMobile(): string {
  return `139${Math.floor(Math.random() * 1e8).toString().padStart(8, '0')}`
}

export const PROJECT = fileURLToPath(new URL('../..', import.meta.url))

/** The environment of a shop in development. */
export const surroundings = (port: string, state: string): Record<string, string | undefined> => ({
  ...process.env,
  PORT: port,
  VAR_DIR: state,
  DJANGO_SETTINGS_MODULE: 'luffy_api.settings.dev',
})

const HERE = surroundings(PORT, STATE)

/** Runs a script inside a shop and answers the last line that it prints. */
export function behindTheCounter(script: string, env = HERE): string {
  const said = execFileSync('.venv/bin/python', ['manage.py', 'shell', '-v', '0', '-c', script], {
    cwd: PROJECT,
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return said.trim().split('\n').at(-1) ?? ''
}

const NEWCOMER = `
import json, sys
from luffy_api.apps.user import models, serializers, tokens
mobile, password = "MOBILE", "PASSWORD"
user = models.User.objects.create_user(f"e2e-{mobile}", None, password, mobile=mobile, nickname="新同学")
print(json.dumps(serializers.TokenSerializer(tokens.issue(user)).data, default=str))
`

/**
 * A logged-in student of one's own with PASSWORD, made behind the shop's back: its number has had no
 * text message yet, so the minute between two of them need not be waited for.
 */
export async function newStudent(page: Page, env = HERE): Promise<string> {
  const mobile = newMobile()
  const session = behindTheCounter(NEWCOMER.replace('MOBILE', mobile).replace('PASSWORD', PASSWORD), env)
  await page.goto('/healthz')
  await page.evaluate((kept) => {
    localStorage.setItem('luffy.session', kept)
  }, session)
  return mobile
}

/** The code that the shop "sent" to this number: without a text message service it stands in its log. */
export async function sentCode(mobile: string): Promise<string> {
  const line = new RegExp(`短信验证码 (\\d{6}) -> \\S*${mobile}`, 'g')
  const codes = () => [...readFileSync(LOG, 'utf8').matchAll(line)].map(([, code]) => code ?? '')
  await expect.poll(() => codes().length, { timeout: 5000 }).toBeGreaterThan(0)
  return codes().at(-1) ?? ''
}

/** Fills in number and code of the form in the dialog, asking for the code in between. */
export async function fillMobile(page: Page, mobile: string) {
  const form = page.getByRole('dialog').getByRole('tabpanel').or(page.getByRole('dialog')).last()
  await form.getByLabel('手机号', { exact: true }).fill(mobile)
  await form.getByRole('button', { name: '获取验证码' }).click()
  await form.getByLabel('短信验证码').fill(await sentCode(mobile))
}

/** Pays at the local gateway's cashier and waits until the shop has heard of it. */
export async function payAtCashier(page: Page) {
  await expect(page.getByText('LOCAL TEST GATEWAY')).toBeVisible()
  await page.getByRole('button', { name: '付款' }).click()
  await expect(page).toHaveURL(/\/pay\/success\?/)
  await expect(page.getByRole('heading', { name: '支付成功' })).toBeVisible({ timeout: 20_000 })
}

/** Presses play and proves that the pictures move; returns the second it came to. */
export async function watch(page: Page): Promise<number> {
  await expect(page.locator('video')).toBeVisible()
  await page.locator('.xgplayer-start').click()
  const start = await secondsOf(page)
  await expect.poll(() => secondsOf(page), { timeout: 20_000 }).toBeGreaterThan(start + 1)
  return secondsOf(page)
}

export function secondsOf(page: Page): Promise<number> {
  return page.locator('video').evaluate((video: HTMLVideoElement) => video.currentTime)
}

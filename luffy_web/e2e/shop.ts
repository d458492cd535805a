import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

import { expect, type Page } from '@playwright/test'

/** The shop that is started for the journeys: its port, state directory and log. */
export const PORT = process.env.E2E_PORT ?? '8123'
/** Where a journey serves another front end, which the shop allows. */
export const FOREIGN_PORT = String(Number(PORT) + 1000)
export const STATE = fileURLToPath(new URL(`../../var/e2e/${PORT}`, import.meta.url))
export const LOG = `${STATE}/start.log`
/** The database of a shop, in its state directory. */
export const DATABASE = 'luffy.sqlite3'
/** An empty one of the shops here: creating the tables takes ten seconds of computing. */
export const TABLES = `${STATE}/tables.sqlite3`

export const PASSWORD = 'luffy-student'
export type Student = 'student' | 'student2'

/** The file in which login.setup.ts stores a session. */
export const sessionOf = (student: Student | 'admin') => `${STATE}/${student}.json`

/** A random mobile number. */
export function newMobile(): string {
  return `139${Math.floor(Math.random() * 1e8).toString().padStart(8, '0')}`
}

export const PROJECT = fileURLToPath(new URL('../..', import.meta.url))

/** The environment of a shop in development. */
export const shopEnvironment = (port: string, state: string): Record<string, string | undefined> => ({
  ...process.env,
  PORT: port,
  VAR_DIR: state,
  DJANGO_SETTINGS_MODULE: 'luffy_api.settings.dev',
})

const HERE = shopEnvironment(PORT, STATE)

/** Runs each script that comes as a line of JSON, and answers what it printed last, or how it failed. */
const SHELL = `
import contextlib, io, json, os, sys, traceback
scripts, answers = os.fdopen(os.dup(0)), os.fdopen(os.dup(1), "w")
os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
for line in scripts:
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed):
            exec(json.loads(line), {"__name__": "journey"})
        answer = {"said": (printed.getvalue().strip().splitlines() or [""])[-1]}
    except Exception:
        answer = {"error": traceback.format_exc()}
    print(json.dumps(answer), file=answers, flush=True)
`

type Run = (script: string) => Promise<string>

function startShell(env: Record<string, string | undefined>): Run {
  const shell = spawn('.venv/bin/python', ['manage.py', 'shell', '-v', '0', '-c', SHELL], {
    cwd: PROJECT,
    env,
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const lines = createInterface(shell.stdout)[Symbol.asyncIterator]()
  return async (script) => {
    shell.stdin.write(`${JSON.stringify(script)}\n`)
    const { value, done } = (await lines.next()) as IteratorResult<string>
    if (done) throw new Error('The Django shell has ended.')
    const { said, error } = JSON.parse(value) as { said?: string; error?: string }
    if (error) throw new Error(error)
    return said ?? ''
  }
}

/** One Django shell for each shop and worker; it takes seconds to start, and ends with the worker. */
const shells = new Map<string | undefined, Run>()

/** Runs a Python script in the shop's Django shell; returns the last line that it prints. */
export function runInShop(script: string, env = HERE): Promise<string> {
  const run = shells.get(env.VAR_DIR) ?? startShell(env)
  shells.set(env.VAR_DIR, run)
  return run(script)
}

const NEWCOMER = `
import json, sys
from luffy_api.apps.user import models, serializers, tokens
mobile, password = "MOBILE", "PASSWORD"
user = models.User.objects.create_user(f"e2e-{mobile}", None, password, mobile=mobile, nickname="新同学")
print(json.dumps(serializers.TokenSerializer(tokens.issue(user)).data, default=str))
`

/**
 * Creates a student with PASSWORD directly in the database and logs in; returns the mobile. It has had no
 * text message yet, so that a test need not wait for the minute between two of them.
 */
export async function newStudent(page: Page, env = HERE): Promise<string> {
  const mobile = newMobile()
  const session = await runInShop(NEWCOMER.replace('MOBILE', mobile).replace('PASSWORD', PASSWORD), env)
  await page.goto('/healthz')
  await page.evaluate((kept) => {
    localStorage.setItem('luffy.session', kept)
  }, session)
  return mobile
}

const LEARNER = `
from luffy_api.apps.course import enrollment
from luffy_api.apps.course.models import CourseSection, EnrollmentGrant
from luffy_api.apps.user.models import User
section = CourseSection.objects.filter(chapter__course__name="COURSE", section_type=2).first()
user, course = User.objects.get(mobile="MOBILE"), section.chapter.course
enrollment.enroll(user_id=user.pk, course_id=course.pk, source=EnrollmentGrant.Source.FREE)
print(course.pk, section.pk)
`

/** Logs the page in as a new student of a free course; returns the ids of the course and of its first video. */
export async function newLearner(page: Page, course: string): Promise<[course: number, section: number]> {
  const mobile = await newStudent(page)
  const ids = await runInShop(LEARNER.replace('COURSE', course).replace('MOBILE', mobile))
  return ids.split(' ').map(Number) as [number, number]
}

/** Whatever Playwright evaluates counts as a click, upon which a video would start by itself: not in what is opened next. */
export async function withoutClicks(page: Page): Promise<void> {
  await page.addInitScript(() => {
    Object.defineProperty(navigator, 'userActivation', { value: { hasBeenActive: false } })
  })
}

const PAID_ORDER = `
from luffy_api.apps.course import selectors
from luffy_api.apps.course.models import Course
from luffy_api.apps.order import checkout
from luffy_api.apps.order.models import PaymentEvent
from luffy_api.apps.order.payment import services
from luffy_api.apps.order.payment.interface import Payment
from luffy_api.apps.user.models import User
course = Course.objects.get(name="COURSE")
price = selectors.load_offers([course])[course.pk].real_price
user = User.objects.get(username="STUDENT")
order = checkout.place_order(user_id=user.pk, course_ids=[course.pk], total_amount=price)
source = PaymentEvent.Source.NOTIFICATION
services.record_payment(Payment(order.out_trade_no, f"journey{order.pk}", price, None, source))
print(order.out_trade_no)
`

/** Gives a student a paid order for a course, without a visit to the cashier; returns its number. */
export const paidOrder = (student: Student, course: string): Promise<string> =>
  runInShop(PAID_ORDER.replace('STUDENT', student).replace('COURSE', course))

/** The code sent to this number: the console backend writes it to the shop's log. */
export async function sentCode(mobile: string, log = LOG): Promise<string> {
  const line = new RegExp(`短信验证码 (\\d{6}) -> \\S*${mobile}`, 'g')
  const codes = () => [...readFileSync(log, 'utf8').matchAll(line)].map(([, code]) => code ?? '')
  await expect.poll(() => codes().length).toBeGreaterThan(0)
  return codes().at(-1) ?? ''
}

/** Fills in mobile and code of the form in the dialog and agrees where it is asked, requesting the code in between. */
export async function fillMobile(page: Page, mobile: string, log = LOG) {
  const form = page.getByRole('dialog').getByRole('tabpanel').or(page.getByRole('dialog')).last()
  const consent = form.getByRole('checkbox')
  await form.getByLabel('手机号', { exact: true }).fill(mobile)
  if (await consent.isVisible()) await consent.check()
  await form.getByRole('button', { name: '获取验证码' }).click()
  await form.getByLabel('短信验证码').fill(await sentCode(mobile, log))
}

/** Pays at the local gateway's cashier and waits until the shop has recorded the payment. */
export async function payAtCashier(page: Page) {
  await expect(page.getByText('LOCAL TEST GATEWAY')).toBeVisible()
  await page.getByRole('button', { name: '付款' }).click()
  await expect(page).toHaveURL(/\/pay\/success\?/)
  await expect(page.getByRole('heading', { name: '支付成功' })).toBeVisible({ timeout: 20_000 })
}

/** Presses play, unless the video plays already, and waits until the position moves; returns it in seconds. */
export async function watch(page: Page): Promise<number> {
  const button = page.locator('.player').getByRole('button', { name: '播放视频' }).first()
  const plays = () => page.locator('video').evaluateAll((videos) => videos.some((video) => !(video as HTMLVideoElement).paused))
  await expect.poll(async () => (await plays()) || (await button.isVisible())).toBe(true)
  if (!(await plays())) await button.click()
  await expect(page.locator('video')).toBeVisible()
  const start = await secondsOf(page)
  await expect.poll(() => secondsOf(page), { timeout: 60_000 }).toBeGreaterThan(start + 1)
  return secondsOf(page)
}

export function secondsOf(page: Page): Promise<number> {
  return page.locator('video').evaluate((video: HTMLVideoElement) => video.currentTime)
}

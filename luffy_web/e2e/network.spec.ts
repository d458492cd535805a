import { expect, test } from './test'

// Pages that share a process are told together that they are offline, but lose their network one by one.
test.use({ newProfile: true })

test('a list without network tells no number, moves nothing, and comes when the network is back', async ({
  page,
  context,
  errors,
}) => {
  errors.allow(/ERR_INTERNET_DISCONNECTED/)
  await page.goto('/actual-course', { waitUntil: 'networkidle' })
  const filter = page.getByRole('region', { name: '筛选' })
  const chips = () =>
    filter.getByRole('button').evaluateAll((all) => all.map((each) => JSON.stringify(each.getBoundingClientRect())))
  await expect(filter.getByRole('status')).toHaveText(/共 \d+ 门课程/)
  const before = await chips()

  await context.setOffline(true)
  await filter.getByRole('button', { name: '价格' }).click()
  await expect(page.getByRole('main').getByRole('alert')).toContainText('网络')
  await expect(filter.getByRole('status')).toHaveText('')
  expect(await chips()).toEqual(before)

  await context.setOffline(false)
  await expect(page.getByRole('article').first()).toBeVisible()
  await expect(filter.getByRole('status')).toHaveText(/共 \d+ 门课程/)
  expect(await chips()).toEqual(before)
})

test('what comes last of a page may miss the network', async ({ page, errors }) => {
  errors.allow(/ERR_INTERNET_DISCONNECTED/)
  const worker = /followWorker/
  await page.route(worker, (route) => route.abort('internetdisconnected'))
  const missed = page.waitForEvent('requestfailed', (request) => worker.test(request.url()))

  await page.goto('/', { waitUntil: 'networkidle' })
  await missed

  await expect(page.getByRole('article').first()).toBeVisible()
})

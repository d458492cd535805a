import { violations } from './accessibility'
import { newStudent, PASSWORD, runInShop } from './shop'
import { expect, test } from './test'

test('a stranger keeps a course after logging in, finds it, and lets it go', async ({ page }) => {
  const mobile = await newStudent(page)
  await page.evaluate(() => localStorage.clear())
  const [id, name] = (
    await runInShop(`
from luffy_api.apps.course.models import Course
course = Course.objects.listed().order_by("-students").first()
print(f"{course.pk}|{course.name}")
`)
  ).split('|')

  await page.goto(`/course/${id}`)
  const heart = page.getByRole('button', { name: '收藏', exact: true })
  await heart.click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('用户名 / 手机号 / 邮箱').fill(mobile)
  await dialog.getByLabel('密码', { exact: true }).fill(PASSWORD)
  await dialog.getByLabel('密码', { exact: true }).press('Enter')
  await expect(heart).toHaveAttribute('aria-pressed', 'true')
  expect(await violations(page)).toEqual([])

  await page.goto('/user/favourites')
  const remove = page.getByRole('button', { name: `取消收藏：${name}` })
  await expect(remove).toBeVisible()
  expect(await violations(page)).toEqual([])
  await remove.click()
  await expect(page.getByText('您还没有收藏课程。')).toBeVisible()
})

import { readFile } from 'node:fs/promises'

import { violations } from './accessibility'
import { newStudent, runInShop, sessionOf, watch } from './shop'
import { expect, test } from './test'

const TITLE = '为什么第二行报错'

test('a student asks at a second of the video, the teacher answers, and notes are exported', async ({ page, visitor }) => {
  const mobile = await newStudent(page)
  const script = `
from luffy_api.apps.course import enrollment
from luffy_api.apps.course.models import CourseSection, EnrollmentGrant, Teacher
from luffy_api.apps.user.models import User
sections = CourseSection.objects.visible().filter(section_type=2, is_playable=True)
section = sections.filter(chapter__course__name="Linux 命令行起步").order_by("id").first()
user, course = User.objects.get(mobile="${mobile}"), section.chapter.course
enrollment.enroll(user_id=user.pk, course_id=course.pk, source=EnrollmentGrant.Source.FREE)
Teacher.objects.filter(pk=course.teacher_id).update(account=User.objects.get(username="admin"))
print(course.pk, section.pk)
`
  const [course, section] = (await runInShop(script)).split(' ')

  await page.goto(`/learn/${course}/${section}`)
  await watch(page)
  await page.locator('video').evaluate((video: HTMLVideoElement) => {
    video.pause()
    video.currentTime = 2.2
  })
  const panel = page.getByRole('region', { name: '问答与笔记' })
  await panel.scrollIntoViewIfNeeded()
  await panel.getByRole('button', { name: '我要提问' }).click()
  await panel.getByRole('textbox', { name: '问题' }).fill(TITLE)
  await panel.getByRole('button', { name: '记下当前时间点' }).click()
  await panel.getByRole('button', { name: '发布提问' }).click()
  await expect(panel.getByRole('button', { name: /跳到视频的\s?00:02/ })).toBeVisible()
  expect(await violations(page)).toEqual([])

  const desk = await visitor({ storageState: sessionOf('admin') })
  await desk.goto('/admin/community/question/?state__exact=1&answered=no')
  await desk.getByRole('link', { name: TITLE }).click()
  await desk.getByRole('link', { name: '回答提问' }).click()
  await desk.getByRole('textbox', { name: '回答' }).fill('少了一个冒号')
  await desk.getByRole('button', { name: '回答提问' }).click()
  await expect(desk.getByText('少了一个冒号')).toBeVisible()

  await page.goto('/user/messages')
  const read = page.waitForResponse((answer) => answer.url().endsWith('/read/'))
  await page.getByRole('button', { name: /讲师回答了您的提问/ }).click()
  await read
  expect(await violations(page)).toEqual([])
  await page.getByRole('link', { name: '去看看：讲师回答了您的提问' }).click()
  await expect(page.getByRole('heading', { name: TITLE })).toBeVisible()
  await expect(page.getByRole('button', { name: `修改「${TITLE}」` })).toBeVisible()
  await expect(page.getByRole('button', { name: `删除「${TITLE}」` })).toBeHidden()
  await page.getByRole('button', { name: '返回提问列表' }).click()
  await expect(page.getByRole('button', { name: TITLE })).toBeVisible()
  expect(await violations(page)).toEqual([])
  await page.getByRole('button', { name: TITLE }).click()
  const answer = page.getByRole('article').filter({ hasText: '少了一个冒号' })
  await expect(answer.getByText('讲师', { exact: true })).toBeVisible()
  await answer.getByRole('button', { name: '采纳' }).click()
  await expect(answer.getByText('已采纳')).toBeVisible()

  await page.goto(`/learn/${course}/${section}`)
  await watch(page)
  await panel.scrollIntoViewIfNeeded()
  await panel.getByRole('tab', { name: '笔记' }).click()
  await panel.getByRole('textbox', { name: '写笔记' }).fill('def 后面要有冒号')
  await panel.getByRole('button', { name: '记下当前时间点' }).click()
  await panel.getByRole('button', { name: '保存笔记' }).click()
  await expect(panel.getByRole('button', { name: /跳到视频的/ }).last()).toBeVisible()
  const arrival = page.waitForEvent('download')
  await panel.getByRole('button', { name: '下载本课程的笔记' }).click()
  const text = await readFile(await (await arrival).path(), 'utf8')
  expect(text).toMatch(/- \*\*\d:\d\d\*\* def 后面要有冒号/)
  await runInShop('from luffy_api.apps.course.models import Teacher; Teacher.objects.filter(account__username="admin").update(account=None)')
})

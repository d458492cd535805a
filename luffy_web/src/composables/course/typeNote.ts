import { isFree } from '@/format/money'
import { CourseStatus, CourseType, type CourseDetail } from '@/types'

export { studyPeriod } from '@/format/studyPeriod'

/** What the type of a course means for whoever wants it: it is had like any other. Blank where nothing needs to be said. */
export function typeNote({ course_type, owned, status, real_price }: CourseDetail): string {
  if (owned || status !== CourseStatus.OnSale) return ''
  const all = `${isFree(real_price) ? '加入' : '购买'}后就能学习全部课时`
  if (course_type === CourseType.Vip) return `不需要开通会员，${all}。`
  return course_type === CourseType.Degree ? `${all}，没有后续费用。` : ''
}

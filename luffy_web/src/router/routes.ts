import type { Component } from 'vue'
import type { NavigationGuardWithThis, RouteLocationNormalized, RouteRecordRaw } from 'vue-router'

import { textOf } from '@/format/query'
import { type AgreementKind, CourseKind } from '@/types'

declare module 'vue-router' {
  interface RouteMeta {
    title: string
    requiresAuth?: boolean
  }
}

const listPage = (): Promise<Component> => import('@/pages/course/CourseListPage.vue')
const previewOf = ({ query }: RouteLocationNormalized): string | undefined =>
  typeof query.preview === 'string' ? query.preview : undefined

interface LearnProps {
  courseId: number
  sectionId: number | undefined
  preview: string | undefined
}

const learnProps = (route: RouteLocationNormalized): LearnProps => ({
  courseId: Number(route.params.course),
  sectionId: route.params.section ? Number(route.params.section) : undefined,
  preview: previewOf(route),
})

const agreementProps = ({ params }: RouteLocationNormalized): { kind: AgreementKind; version: number | undefined } => ({
  kind: params.kind as AgreementKind,
  version: params.version ? Number(params.version) : undefined,
})

/** A payment provider's return URL carries many parameters; the number of the order is all that the page needs. */
const onlyOrderNumber: NavigationGuardWithThis<undefined> = ({ query }) => {
  const { out_trade_no, ...others } = query
  return Object.keys(others).length === 0 || { name: 'pay-success', query: { out_trade_no }, replace: true }
}

/** The word of a search was called `wd` before. */
const wordByItsName: NavigationGuardWithThis<undefined> = ({ query }) => {
  const { wd, ...others } = query
  return wd === undefined || 'word' in others || { name: 'search', query: { ...others, word: wd }, replace: true }
}

/** The server knows one spelling of each address; another one is a 404 there, too. */
export const SPELLING = { strict: true, sensitive: true }

/** Every page; `luffy_api/spa.py` has the same table for the server. */
export const routes: RouteRecordRaw[] = [
  {
    path: '/',
    name: 'home',
    component: () => import('@/pages/home/HomePage.vue'),
    meta: { title: '首页' },
  },
  {
    path: '/all-courses',
    name: 'all-courses',
    component: listPage,
    props: { kind: undefined, title: '全部课程', hint: '按分类找一门课' },
    meta: { title: '全部课程' },
  },
  {
    path: '/free-course',
    name: 'free-course',
    component: listPage,
    props: { kind: CourseKind.Free, title: '免费课', hint: '零基础，从这里开始' },
    meta: { title: '免费课' },
  },
  {
    path: '/actual-course',
    name: 'actual-course',
    component: listPage,
    props: { kind: CourseKind.Actual, title: '实战课', hint: '跟着项目，做出作品' },
    meta: { title: '实战课' },
  },
  {
    path: '/light-course',
    name: 'light-course',
    component: listPage,
    props: { kind: CourseKind.Light, title: '轻课', hint: '一个晚上，学会一件事' },
    meta: { title: '轻课' },
  },
  {
    path: '/topics',
    name: 'topics',
    component: () => import('@/pages/home/TopicsPage.vue'),
    meta: { title: '专题' },
  },
  {
    path: '/topic/:slug([a-z0-9-]+)',
    name: 'topic',
    component: () => import('@/pages/home/TopicPage.vue'),
    props: (route) => ({ slug: route.params.slug, preview: previewOf(route) }),
    meta: { title: '专题' },
  },
  {
    path: '/course/search',
    name: 'search',
    component: () => import('@/pages/search/SearchPage.vue'),
    beforeEnter: wordByItsName,
    meta: { title: '搜索' },
  },
  {
    path: '/course/:id(\\d+)',
    name: 'course',
    component: () => import('@/pages/course/CoursePage.vue'),
    props: (route) => ({ courseId: Number(route.params.id), preview: previewOf(route) }),
    meta: { title: '课程' },
  },
  {
    path: '/learn/:course(\\d+)/:section(\\d+)?',
    name: 'learn',
    component: () => import('@/pages/course/LearnPage.vue'),
    props: learnProps,
    meta: { title: '学习' },
  },
  {
    path: '/packages',
    name: 'packages',
    component: () => import('@/pages/promotion/PackagesPage.vue'),
    meta: { title: '套餐' },
  },
  {
    path: '/package/:id(\\d+)',
    name: 'package',
    component: () => import('@/pages/promotion/PackagePage.vue'),
    props: ({ params }) => ({ packageId: Number(params.id) }),
    meta: { title: '套餐' },
  },
  {
    path: '/certificate/:number([0-9A-Za-z]{26})',
    name: 'certificate',
    component: () => import('@/pages/certificate/CertificatePage.vue'),
    props: true,
    meta: { title: '证书查验' },
  },
  {
    path: '/vip',
    name: 'vip',
    component: () => import('@/pages/promotion/VipPage.vue'),
    meta: { title: '会员' },
  },
  {
    path: '/cart',
    name: 'cart',
    component: () => import('@/pages/order/CartPage.vue'),
    meta: { title: '选课车', requiresAuth: true },
  },
  {
    path: '/pay/success',
    name: 'pay-success',
    component: () => import('@/pages/order/PaySuccessPage.vue'),
    beforeEnter: onlyOrderNumber,
    props: ({ query }) => ({ outTradeNo: textOf(query.out_trade_no) }),
    meta: { title: '支付结果' },
  },
  {
    path: '/login/callback/:provider(wechat|alipay)',
    name: 'login-callback',
    component: () => import('@/pages/user/LoginCallbackPage.vue'),
    meta: { title: '登录' },
  },
  {
    path: '/announcements',
    name: 'announcements',
    component: () => import('@/pages/school/SchoolAnnouncementsPage.vue'),
    meta: { title: '公告' },
  },
  {
    path: '/announcements/:id(\\d+)',
    name: 'announcement',
    component: () => import('@/pages/school/SchoolAnnouncementPage.vue'),
    props: ({ params }) => ({ announcementId: Number(params.id) }),
    meta: { title: '公告' },
  },
  {
    path: '/help/:id(\\d+)',
    name: 'help',
    component: () => import('@/pages/school/SchoolHelpPage.vue'),
    props: ({ params }) => ({ pageId: Number(params.id) }),
    meta: { title: '帮助' },
  },
  {
    path: '/agreement/:kind(terms|privacy|refund)/:version(\\d+)?',
    name: 'agreement',
    component: () => import('@/pages/school/SchoolAgreementPage.vue'),
    props: agreementProps,
    meta: { title: '协议与规则' },
  },
  {
    path: '/user',
    name: 'me',
    component: () => import('@/pages/user/MyPage.vue'),
    meta: { title: '我的', requiresAuth: true },
  },
  {
    path: '/user/courses',
    name: 'my-courses',
    component: () => import('@/pages/user/MyCoursesPage.vue'),
    meta: { title: '我的课程', requiresAuth: true },
  },
  {
    path: '/user/favourites',
    name: 'my-favourites',
    component: () => import('@/pages/user/MyFavouritesPage.vue'),
    meta: { title: '我的收藏', requiresAuth: true },
  },
  {
    path: '/user/certificates/:course(\\d+)?',
    name: 'my-certificates',
    component: () => import('@/pages/user/MyCertificatesPage.vue'),
    props: true,
    meta: { title: '我的证书', requiresAuth: true },
  },
  {
    path: '/user/orders',
    name: 'my-orders',
    component: () => import('@/pages/user/MyOrdersPage.vue'),
    meta: { title: '我的订单', requiresAuth: true },
  },
  {
    path: '/user/orders/:out_trade_no([\\w-]+)',
    name: 'my-order',
    component: () => import('@/pages/user/MyOrderPage.vue'),
    props: ({ params }) => ({ outTradeNo: params.out_trade_no }),
    meta: { title: '订单详情', requiresAuth: true },
  },
  {
    path: '/user/questions',
    name: 'my-questions',
    component: () => import('@/pages/user/MyQuestionsPage.vue'),
    meta: { title: '我的问答', requiresAuth: true },
  },
  {
    path: '/user/coupons',
    name: 'my-coupons',
    component: () => import('@/pages/user/MyCouponsPage.vue'),
    meta: { title: '我的优惠券', requiresAuth: true },
  },
  {
    path: '/user/invoices',
    name: 'my-invoices',
    component: () => import('@/pages/user/MyInvoicesPage.vue'),
    meta: { title: '我的发票', requiresAuth: true },
  },
  {
    path: '/user/messages',
    name: 'my-messages',
    component: () => import('@/pages/user/MyMessagesPage.vue'),
    meta: { title: '消息', requiresAuth: true },
  },
  {
    path: '/user/profile',
    name: 'my-profile',
    component: () => import('@/pages/user/MyProfilePage.vue'),
    meta: { title: '个人资料', requiresAuth: true },
  },
  {
    path: '/:path(.*)*',
    name: 'not-found',
    component: () => import('@/pages/NotFoundPage.vue'),
    meta: { title: '页面不存在' },
  },
]

import type { CartItem, Certificate, Chapter, Coupon, Course, CourseDetail, CoursePackage, InboxMessage, Invoice, InvoiceableOrder, ListedOrder, Order, OrderDetail, Page, Payment, Refund, SearchChip, SearchHit, Section, SessionData, Site } from '@/types'

export const teacher = {
  id: 2,
  name: '陈墨白',
  role_name: '讲师',
  title: '后端讲师',
  signature: '先量一量，再优化。',
  image: null,
  brief: '偏爱用数字说明问题。',
}

export const aCourse = (changes: Partial<Course> = {}): Course => ({
  id: 9,
  name: 'Python 爬虫实战',
  course_img: '/media/crawler.webp',
  course_img_set: [],
  brief: '从一次请求到分布式采集',
  kind: 2,
  kind_name: '实战课',
  course_type: 0,
  course_type_name: '付费',
  level: 1,
  level_name: '中级',
  status: 0,
  status_name: '上线',
  students: 8462,
  rating_count: 0,
  rating_average: '0.00',
  sections: 22,
  pub_sections: 22,
  period: 45,
  price: '99.00',
  real_price: '99.00',
  vip_price: null,
  discount_type: null,
  discount_ends: null,
  course_category: { id: 1, name: 'Python' },
  teacher,
  section_list: [],
  ...changes,
})

export const aDetail = (changes: Partial<CourseDetail> = {}): CourseDetail => ({
  ...aCourse(),
  detail: '<p>你将学到</p>',
  attachment_path: null,
  has_attachment: false,
  length: 3600,
  study_months: null,
  pub_date: null,
  owned: false,
  trial_section: null,
  ...changes,
})

export const aHit = (changes: Partial<SearchHit> = {}): SearchHit => ({
  ...aCourse(),
  marks: { name: [], brief: [] },
  found_in: null,
  ...changes,
})

export const aSection = (changes: Partial<Section> = {}): Section => ({
  id: 117,
  name: '爬虫能做什么',
  orders: 1,
  section_type: 2,
  section_type_name: '视频',
  duration: 75,
  free_trail: false,
  ...changes,
})

export const aCertificate = (changes: Partial<Certificate> = {}): Certificate => ({
  number: '01KB6Z0Y8QW3M5N7P9R1S3T5V7',
  name: '王小明',
  course: 9,
  course_name: 'Python 入门',
  teacher_name: '林知夏',
  school_name: '路飞学城',
  sections: 42,
  issued_at: '2026-11-29T09:00:00+08:00',
  is_valid: true,
  revoked_at: null,
  reason: '',
  ...changes,
})

export const aChapter = (coursesections: Section[]): Chapter => ({
  id: 1,
  chapter: 1,
  name: '请求与响应',
  summary: '',
  coursesections,
})

export const anOrder = (changes: Partial<Order> = {}): Order => ({
  out_trade_no: '01M825K83G',
  subject: 'Python 爬虫实战',
  total_amount: '99.00',
  order_status: 0,
  order_status_name: '未支付',
  pay_type: 1,
  pay_type_name: '支付宝',
  trade_no: '',
  pay_time: null,
  created_time: '2026-11-22T09:00:00Z',
  expires_at: '2099-01-01T00:00:00Z',
  courses: [
    {
      ...{ id: 9, name: 'Python 爬虫实战', course_img: null, price: '99.00', real_price: '99.00' },
      ...{ vip_amount: '0.00', coupon_amount: '0.00', package: null, package_name: '', study_months: null, product_type: 'course' as const, product_id: 0 },
    },
  ],
  membership: null,
  coupon_name: '',
  coupon_amount: '0.00',
  refunded_amount: '0.00',
  refunds: [],
  payment_refusal: null,
  can_reorder: false,
  ...changes,
})

export const aCoupon = (changes: Partial<Coupon> = {}): Coupon => ({
  id: 3,
  name: '新人券',
  kind: 3,
  kind_name: '立减',
  value: '20.00',
  threshold: '0.00',
  offer: '减 20 元',
  condition: '无门槛',
  scope: 1,
  range: '全部课程',
  targets: [],
  target_count: 0,
  stacking: 1,
  stacking_name: '可以同享：在限时优惠价上再减',
  starts_at: '2026-11-01T00:00:00Z',
  ends_at: '2099-01-01T00:00:00Z',
  ...changes,
})

const inPackage = (id: number, name: string, share: string): CoursePackage['courses'][number] => ({
  ...{ id, name, course_img: null, price: '100.00', real_price: '100.00', share, vip_amount: '0.00', study_months: null },
})

export const aPackage = (changes: Partial<CoursePackage> = {}): CoursePackage => ({
  id: 5,
  name: '数据全程',
  brief: '从爬虫到画图',
  is_path: false,
  ends_at: null,
  total_amount: '120.00',
  single_amount: '200.00',
  is_cheaper: true,
  courses: [inPackage(9, 'Python 爬虫实战', '60.00'), inPackage(10, '数据分析', '60.00')],
  owned: [],
  why: '',
  stages: [],
  ...changes,
})

/** The same courses as a path of two stages. */
export const aPath = (changes: Partial<CoursePackage> = {}): CoursePackage =>
  aPackage({
    is_path: true,
    stages: [
      { title: '打好基础', brief: '先会采集', courses: [{ id: 9, sections: 20, length: 7200 }] },
      { title: '做出作品', brief: '', courses: [{ id: 10, sections: 16, length: 5400 }] },
    ],
    ...changes,
  })

export const aCartItem = (changes: Partial<CartItem> = {}): CartItem => ({
  id: 9,
  name: 'Python 爬虫实战',
  course_img: '/media/course/9.png',
  price: '99.00',
  price_seen: '99.00',
  real_price: '99.00',
  vip_price: null,
  study_months: null,
  state: 'for_sale',
  state_name: '可购买',
  out_trade_no: null,
  member_free: false,
  ...changes,
})

export const aListedOrder = (changes: Partial<ListedOrder> = {}): ListedOrder => ({
  ...anOrder(),
  awaits_offline_payment: false,
  ...changes,
})

export const anOrderDetail = (changes: Partial<OrderDetail> = {}): OrderDetail => ({
  ...anOrder(),
  payments: [],
  awaits_offline_payment: false,
  refund_terms: null,
  refund_options: {
    days: 7,
    watched_percent: 20,
    lines: [{ course: 9, amount: '99.00', allowed: true, why: '', note: '' }],
    whole: { amount: '99.00', allowed: true, why: '', note: '' },
  },
  ...changes,
})

export const aPayment = (changes: Partial<Payment> = {}): Payment => ({
  out_trade_no: '01M825K83G',
  pay_type: 1,
  total_amount: '99.00',
  expires_at: '2099-01-01T00:00:00Z',
  pay_url: '/cashier/1',
  qr_code: null,
  jsapi: null,
  ...changes,
})

export const aRefund = (changes: Partial<Refund> = {}): Refund => ({
  id: 3,
  amount: '99.00',
  state: 0,
  state_name: '申请中',
  reason: '买错了',
  answer: '',
  course: null,
  created_time: '2026-11-22T10:00:00Z',
  finished_time: null,
  ...changes,
})

export const anInvoice = (changes: Partial<Invoice> = {}): Invoice => ({
  id: 5,
  kind: 1,
  kind_name: '个人',
  title: '张小帆',
  tax_number: '',
  email: 'fan@example.com',
  amount: '99.00',
  number: null,
  state: 0,
  state_name: '申请中',
  reason: '',
  has_file: false,
  orders: ['01M825K83G'],
  created_time: '2026-11-24T09:00:00Z',
  issued_time: null,
  closed_time: null,
  ...changes,
})

export const anInvoiceableOrder = (changes: Partial<InvoiceableOrder> = {}): InvoiceableOrder => ({
  out_trade_no: '01M825K83G',
  subject: 'Python 爬虫实战',
  pay_time: '2026-11-22T09:05:00Z',
  amount: '99.00',
  ...changes,
})

export const aSession = (changes: Partial<SessionData> = {}): SessionData => ({
  token: 'token-1',
  expires_at: '2099-01-01T00:00:00Z',
  user: { id: 1, username: 'student', nickname: '小帆', mobile: '138****0001', icon: null },
  consent_needed: false,
  ...changes,
})

export const pageOf = <Row>(results: Row[], count = results.length): Page<Row> & { next: null; previous: null } => ({
  count,
  next: null,
  previous: null,
  results,
})

export const aSite = (changes: Partial<Site> = {}): Site => ({
  name: 'Luffy 学堂',
  slogan: '一步一步，学会一门手艺',
  description: '',
  logo: null,
  favicon: null,
  icp: null,
  police: null,
  service: { phone: '', hours: '', wechat_qr: null },
  footer_links: [],
  help_pages: [],
  agreements: [],
  announcement: null,
  refund_policy: { days: 7, watched_percent: 20 },
  sold: [],
  ...changes,
})

export const aMessage = (changes: Partial<InboxMessage> = {}): InboxMessage => ({
  id: 7,
  kind: 1,
  kind_name: '消息',
  title: '停机维护',
  text: '周六凌晨停机两小时。',
  link: '',
  created_time: '2026-11-24T09:00:00Z',
  read_at: null,
  ...changes,
})

interface Understood {
  did_you_mean: string | null
  corrected_to: string | null
  dropped: string[]
  filters: SearchChip[]
}

/** What a search answers beside the page. */
export const understood = (changes: Partial<Understood> = {}): Pick<Understood, keyof Understood> =>
  ({ did_you_mean: null, corrected_to: null, dropped: [], filters: [], ...changes })

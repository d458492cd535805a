import type { components, operations } from '@/api/schema'

type Schemas = components['schemas']

export type Agreement = Schemas['Agreement']
export type AgreementKind = Schemas['AgreementKind']
export type AgreementLink = Schemas['AgreementLink']
export type AgreementVersion = Schemas['AgreementVersion']
export type Announcement = Schemas['Announcement']
export type AnnouncementLink = Schemas['AnnouncementLink']
export type Banner = Schemas['Banner']
export type Captcha = Schemas['Captcha']
export type CaptchaAnswer = Required<Schemas['CaptchaAnswerRequest']>
export type CartItem = Schemas['CartItem']
export type Certificate = Schemas['Certificate']
export type CertificateStanding = Schemas['CertificateStanding']
export type Chapter = Schemas['Chapter']
export type Answer = Schemas['Answer']
export type Course = Schemas['CourseCard']
export type CourseDetail = Schemas['CourseDetail']
export type CoursePreview = Schemas['CoursePreview']
/** What opens the sections of a course that may not be public. */
export interface PreviewLink {
  course: number
  token: string
}
export type Consents = Schemas['Consents']
export type CourseCategory = Schemas['Category']
export type Coupon = Schemas['Coupon']
/** Courses that are sold together; in a list as a visitor may buy them. */
export type CoursePackage = Schemas['Package']
export type OwnProgress = Schemas['OwnProgress']
export type CoursePackageCard = Schemas['PackageCard']
/** What memberships are sold, and the membership of a student. */
export type MembershipOffer = Schemas['MembershipOffer']
export type MembershipTerm = Schemas['MembershipTerm']
export type Membership = Schemas['Membership']
export type CouponQuote = Schemas['Quote']
export type Device = Schemas['Device']
export type Download = Schemas['Download']
export type JsapiParameters = Schemas['Jsapi']
export type Listing = Schemas['Listing']
export type MobileChange = Schemas['MobileChangeRequest']
export type InboxMessage = Schemas['InboxMessage']
export type MessagePreference = Schemas['Preference']
export type HelpPage = Schemas['HelpPage']
export type Highlights = Schemas['Marks']
export type Invoice = Schemas['Invoice']
export type InvoiceableOrder = Schemas['InvoiceableOrder']
export type InvoiceRequest = Schemas['RequestInvoiceRequest']
export type Note = Schemas['Note']
export type MyCoupon = Schemas['Claim']
export type MyCourse = Schemas['MyCourse']
export type ListedOrder = Schemas['ListedOrder']
export type OfferedCoupon = Schemas['OfferedCoupon']
export type Order = Schemas['Order']
export type OrderDetail = Schemas['OrderDetail']
export type OutlineProgress = Schemas['OutlineProgress']
export type OwnRating = Schemas['OwnRating']
export type PaymentMethod = Schemas['PaymentMethod']
export type PaymentStatus = Schemas['PaymentStatus']
export type Play = Schemas['Play']
export type Profile = Schemas['Profile']
export type Question = Schemas['Question']
export type QuestionPage = Schemas['QuestionPage']
export type Quiz = Schemas['Quiz']
export type QuizQuestion = Schemas['AskedQuestion']
export type QuizQuestionResult = Schemas['QuestionResult']
export type QuizResult = Schemas['AttemptResult']
export type Rating = Schemas['Rating']
export type Redeemed = Schemas['Redeemed']
export type Refund = Schemas['Refund']
export type RefundOption = Schemas['RefundOption']
export type SearchChip = Schemas['Chip']
export type SearchHit = Schemas['SearchResult']
export type SearchPlace = Schemas['Place']
export type Section = Schemas['Section']
export type SectionContent = Schemas['Content']
/** How far a student is in a section that was begun. */
export type SectionStanding = Schemas['SectionStanding']
export type Arrival = Schemas['Arrival']
export type LoginProvider = Schemas['Provider']
export type ProviderName = Schemas['LoginProvider']
export type SocialAccount = Schemas['SocialAccount']
export type SessionData = Schemas['Token']
export type SessionUser = Schemas['User']
export type Site = Schemas['Site']
export type Topic = Schemas['Topic']
export type TopicLink = Schemas['TopicLink']
export type TopicPreview = Schemas['TopicPreview']
export type VerifiedCertificate = Schemas['VerifiedCertificate']
export type Watched = Schemas['Watched']
export type Teacher = Schemas['Teacher']

/** A version of a picture; width in pixels. */
export type Rendition = Banner['image_set'][number]

/** The purpose of a text message code. */
export type SmsPurpose = Schemas['SmsPurpose']

/** What 我的课程 may be narrowed to, and how it is ordered. */
export type MyCoursesQuery = NonNullable<operations['course_mine_list']['parameters']['query']>

/** Ratings with so many stars only. */
export type StarsChoice = NonNullable<operations['community_rating_list']['parameters']['query']['stars']>

/** The orderings of the course list. */
export type CourseOrdering = NonNullable<
  NonNullable<operations['course_list']['parameters']['query']>['ordering']
>

/** One page of a list; `count` are the rows of all pages. */
export interface Page<Row> {
  count: number
  results: Row[]
}

export enum CourseKind {
  Free = 1,
  Actual = 2,
  Light = 3,
}

export enum CourseType {
  Paid = 0,
  Vip = 1,
  Degree = 2,
}

export enum CourseStatus {
  OnSale = 0,
  Off = 1,
  Soon = 2,
}

export enum SectionType {
  Document = 0,
  Exercise = 1,
  Video = 2,
  Quiz = 3,
}

export enum QuestionKind {
  Single = 1,
  Multiple = 2,
  TrueFalse = 3,
  Fill = 4,
}

/** When right answers and explanations are shown. */
export enum QuizReveal {
  Always = 1,
  Passed = 2,
  Never = 3,
}

export enum OrderStatus {
  Unpaid = 0,
  Paid = 1,
  Cancelled = 2,
  TimedOut = 3,
  Refunded = 4,
}

/** The methods that a buyer may choose. */
export enum PayType {
  Alipay = 1,
  WeChat = 2,
}

export enum RefundState {
  Requested = 0,
  Rejected = 1,
  Processing = 2,
  Refunded = 3,
  Failed = 4,
}

export enum InvoiceKind {
  Personal = 1,
  Company = 2,
}

export enum InvoiceState {
  Requested = 0,
  Issued = 1,
  ToReverse = 2,
  Reversed = 3,
  Rejected = 4,
}

const CLOSED: OrderStatus[] = [OrderStatus.Cancelled, OrderStatus.TimedOut]

/** Ended without a payment. */
export const isClosed = ({ order_status }: Pick<Order, 'order_status'>): boolean => CLOSED.includes(order_status)

const OPEN_REFUNDS: RefundState[] = [RefundState.Requested, RefundState.Processing]

/** Asked for or on its way. */
export const openRefund = ({ refunds }: Pick<Order, 'refunds'>): Refund | undefined =>
  refunds.find(({ state }) => OPEN_REFUNDS.includes(state))

/** How the buyer of an unpaid order gets to pay; amounts in yuan, `expires_at` in ISO. */
export interface Payment extends Pick<Order, 'out_trade_no' | 'pay_type' | 'total_amount' | 'expires_at'> {
  /** Where the browser goes next; null when the QR code is all that there is. */
  pay_url: string | null
  /** The text of a QR code for WeChat, when this is what the buyer needs. */
  qr_code: string | null
  /** Parameters for WeChat's own payment window. */
  jsapi: JsapiParameters | null
}

/** A name and its value as a page shows them. */
export interface Fact {
  label: string
  value: string
}

/** The part of a failed request that a page shows. */
export interface RequestError {
  status: number
  msg: string
  retryAfter: number | null
}

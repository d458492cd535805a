import type { Coupon, CouponQuote, CoursePackage, CoursePackageCard, Membership, MembershipOffer, MyCoupon, OfferedCoupon, Page, Redeemed } from '@/types'

import { dataOf, done, http, quietly } from './http'

export type CouponState = 'usable' | 'upcoming' | 'held' | 'used' | 'expired'

/** My coupons, newest first. */
export const fetchCoupons = (
  query: { state?: CouponState; page?: number; page_size?: number },
  signal?: AbortSignal,
): Promise<Page<MyCoupon>> => dataOf(http.GET('/api/v1/promotion/coupon/', { params: { query }, signal }))

/** What may be taken for a course; a background request. */
export const fetchOfferedCoupons = (course: number, signal?: AbortSignal): Promise<OfferedCoupon[]> =>
  dataOf(http.GET('/api/v1/promotion/coupon/offered/', { params: { query: { course } }, signal, ...quietly }))

/** What each of my coupons does for these courses, the best first; a background request. */
export const quoteCoupons = (courses: number[], signal?: AbortSignal): Promise<CouponQuote[]> =>
  dataOf(http.POST('/api/v1/promotion/coupon/quote/', { body: { courses }, signal, ...quietly }))

export const claimCoupon = (coupon: number): Promise<Coupon> =>
  dataOf(http.POST('/api/v1/promotion/coupon/claim/', { body: { coupon } }))

/** Brings a coupon or opens a course. */
export const redeemCode = (code: string): Promise<Redeemed> =>
  dataOf(http.POST('/api/v1/promotion/code/', { body: { code } }))

export const fetchPackage = (id: number, signal?: AbortSignal): Promise<CoursePackage> =>
  dataOf(http.GET('/api/v1/promotion/package/{id}/', { params: { path: { id } }, signal }))

/** All that are sold, a page at a time. */
export const fetchPackages = (
  query: { page: number; page_size: number },
  signal?: AbortSignal,
): Promise<Page<CoursePackageCard>> => dataOf(http.GET('/api/v1/promotion/package/all/', { params: { query }, signal }))

/** Those that a course is in; a background request. */
export const fetchPackagesOf = (course: number, signal?: AbortSignal): Promise<CoursePackageCard[]> =>
  dataOf(http.GET('/api/v1/promotion/package/', { params: { query: { course } }, signal, ...quietly }))

/** The terms of membership that are sold. */
export const fetchMembershipOffer = (signal?: AbortSignal): Promise<MembershipOffer> =>
  dataOf(http.GET('/api/v1/promotion/membership/', { signal }))

/** My membership, and what was bought of it; a background request. */
export const fetchMembership = (signal?: AbortSignal): Promise<Membership> =>
  dataOf(http.GET('/api/v1/promotion/membership/mine/', { signal, ...quietly }))

/** Whether I have a course by my membership only; a background request. */
export const fetchOnlyOpened = async (id: number, signal?: AbortSignal): Promise<boolean> =>
  (await dataOf(http.GET('/api/v1/promotion/membership/course/{id}/', { params: { path: { id } }, signal, ...quietly }))).only_opened

/** Opens a VIP course for as long as my membership lasts. */
export const joinAsMember = (id: number): Promise<unknown> =>
  done(http.POST('/api/v1/promotion/membership/course/{id}/', { params: { path: { id } } }))

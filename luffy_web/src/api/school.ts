import type { Agreement, AgreementKind, Announcement, AnnouncementLink, Consents, HelpPage, Site } from '@/types'

import { dataOf, http, quietly } from './http'
import type { Older } from './older'

/** What every page shows of the school. */
export const fetchSite = (): Promise<Older<Site, 'refund_policy' | 'sold'>> => dataOf(http.GET('/api/v1/home/site/'))

export const fetchAnnouncements = (signal?: AbortSignal): Promise<AnnouncementLink[]> =>
  dataOf(http.GET('/api/v1/home/announcement/', { signal }))

export const fetchAnnouncement = (id: number, signal?: AbortSignal): Promise<Announcement> =>
  dataOf(http.GET('/api/v1/home/announcement/{id}/', { params: { path: { id } }, signal }))

export const fetchHelpPage = (id: number, signal?: AbortSignal): Promise<HelpPage> =>
  dataOf(http.GET('/api/v1/home/help/{id}/', { params: { path: { id } }, signal }))

/** The version in force unless one is named. */
export const fetchAgreement = (kind: AgreementKind, version?: number, signal?: AbortSignal): Promise<Agreement> =>
  version === undefined
    ? dataOf(http.GET('/api/v1/home/agreement/{kind}/', { params: { path: { kind } }, signal }))
    : dataOf(http.GET('/api/v1/home/agreement/{kind}/{version}/', { params: { path: { kind, version } }, signal }))

export const fetchConsents = (): Promise<Consents> => dataOf(http.GET('/api/v1/user/consent/', quietly))

/** Raises ConsentRequired when one of the versions was overtaken meanwhile. */
export const giveConsent = (agreements: number[]): Promise<Consents> =>
  dataOf(http.POST('/api/v1/user/consent/', { body: { agreements } }))

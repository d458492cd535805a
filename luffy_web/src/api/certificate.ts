import type { Certificate, CertificateStanding, Page, VerifiedCertificate } from '@/types'

import { dataOf, envelope, http, patiently } from './http'

const of = (course: number) => ({ path: { id: course } })

/** My certificates, the newest first. */
export const fetchCertificates = (query: { page: number }, signal?: AbortSignal): Promise<Page<Certificate>> =>
  dataOf(http.GET('/api/v1/course/certificate/', { params: { query }, signal }))

/** Whether I have the certificate of a course, or may take it. */
export const fetchCertificateStanding = (course: number, signal?: AbortSignal): Promise<CertificateStanding> =>
  dataOf(http.GET('/api/v1/course/{id}/certificate/', { params: of(course), signal }))

/** Takes the certificate of a finished course; the same sent twice is one. */
export const issueCertificate = (course: number, name: string): Promise<Certificate> =>
  dataOf(http.POST('/api/v1/course/{id}/certificate/', { params: of(course), body: { name } }))

/** One of my certificates as a PDF. */
export const fetchCertificateFile = (number: string): Promise<Blob> =>
  envelope(
    http.GET('/api/v1/course/certificate/{number}/file/', { params: { path: { number } }, parseAs: 'blob', ...patiently }),
  )

/** What a certificate says to whoever has its number. */
export const verifyCertificate = (number: string, signal?: AbortSignal): Promise<VerifiedCertificate> =>
  dataOf(http.GET('/api/v1/course/certificate/{number}/', { params: { path: { number } }, signal }))

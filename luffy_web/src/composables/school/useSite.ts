import { shallowRef, type ShallowRef } from 'vue'

import type { Older } from '@/api/older'
import { fetchSite } from '@/api/school'
import type { AgreementVersion, Site } from '@/types'

/** What holds until the school has said something else. */
const DEFAULTS: Older<Site, 'sold'> = {
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
}

/** The server puts the settings into the document, so that nothing moves when they come. */
function readDocument(): Older<Site, 'sold'> {
  const text = document.getElementById('site')?.textContent
  return text ? { ...DEFAULTS, ...(JSON.parse(text) as Older<Site, 'refund_policy'>) } : DEFAULTS
}

const site = shallowRef<Older<Site, 'sold'>>(readDocument())

/** The school's own settings, the same for the whole app. */
export const useSite = (): ShallowRef<Older<Site, 'sold'>> => site

/** Reads them anew: the page may have been open for days. What is known stays when that fails. */
export async function reloadSite(): Promise<void> {
  site.value = { ...site.value, ...(await fetchSite().catch(() => ({}))) }
}

/** A page's title, with the name of the school behind it. */
export const pageTitle = (...parts: (string | undefined)[]): string =>
  [...parts, site.value.name].filter(Boolean).join(' - ')

/** The agreement in force, if the school has published one. */
export const agreementOf = (kind: AgreementVersion['kind']): AgreementVersion | undefined =>
  site.value.agreements.find((each) => each.kind === kind)

/** What whoever opens an account agrees to. */
export const accountAgreements = (): AgreementVersion[] =>
  site.value.agreements.filter(({ kind }) => kind !== 'refund')

/** Normalizes the usual spellings of a mainland mobile number to eleven digits. */
export const plainMobile = (typed: string): string =>
  typed
    .normalize('NFKC')
    .replace(/[\s()-]/g, '')
    .replace(/^(?:\+|00)?86(?=1\d{10}$)/, '')

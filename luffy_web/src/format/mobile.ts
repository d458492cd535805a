/** A mobile number as people and phone books write it, in its one spelling: eleven digits. */
export const plainMobile = (typed: string): string =>
  typed
    .normalize('NFKC')
    .replace(/[\s()-]/g, '')
    .replace(/^(?:\+|00)?86(?=1\d{10}$)/, '')

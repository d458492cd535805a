/** Abbreviates from 10,000: 9876, 1.2万. */
export const people = (count: number): string =>
  count < 10_000 ? String(count) : `${(count / 10_000).toFixed(1).replace(/\.0$/, '')}万`

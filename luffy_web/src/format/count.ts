/** 9876 stays as it is, 12345 becomes 1.2万. */
export const people = (count: number) =>
  count < 10_000 ? String(count) : `${(count / 10_000).toFixed(1).replace(/\.0$/, '')}万`

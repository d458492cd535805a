/** Prices travel as strings; they are shown as they came and never calculated with. */
export const yuan = (amount: string) => `¥${amount}`

export const isFree = (amount: string) => Number(amount) === 0

/** The wire sends money with two decimals; whole amounts read better without them. */
export const shortYuan = (amount: string) => `¥${amount.replace(/\.00$/, '')}`

/** Amounts in yuan are decimal strings; they are displayed unchanged and never calculated with. */
export const yuan = (amount: string): string => `¥${amount}`

export const isFree = (amount: string): boolean => Number(amount) === 0

/** Without the decimals of a whole amount: ¥99 for 99.00. */
export const shortYuan = (amount: string): string => `¥${amount.replace(/\.00$/, '')}`

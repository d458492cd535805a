/** Amounts in yuan are decimal strings, displayed unchanged; only `sumOf` calculates with them, in whole cents. */
export const yuan = (amount: string): string => `¥${amount}`

export const isFree = (amount: string): boolean => Number(amount) === 0

/** Without the decimals of a whole amount: ¥99 for 99.00. */
export const shortYuan = (amount: string): string => `¥${amount.replace(/\.00$/, '')}`

function cents(amount: string): number {
  const [whole = '', part = ''] = amount.split('.')
  return Number(whole) * 100 + Number(part.padEnd(2, '0'))
}

/** The sum of amounts that are not negative, with two decimals as the API sends them. */
export function sumOf(amounts: readonly string[]): string {
  const sum = amounts.reduce((total, amount) => total + cents(amount), 0)
  return `${Math.floor(sum / 100)}.${String(sum % 100).padStart(2, '0')}`
}

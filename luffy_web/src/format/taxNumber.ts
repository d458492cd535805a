/** GB 32100-2015: without I, O, S, V and Z; the value of a character is its place. */
const CREDIT_ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY'
const CREDIT_CODE = /^[1-9A-Y][0-9A-Y]\d{6}[0-9A-HJ-NPQRTUWXY]{10}$/
const RESIDENT = /^[1-9]\d{16}[\dX]$/
const LENGTHS = [15, 17, 18, 20]

/** In capitals, without spaces and hyphens, of full-width characters the ASCII ones. */
export const plainTaxNumber = (text: string): string => text.normalize('NFKC').replace(/[\s-]+/g, '').toUpperCase()

/** The 18th character of a unified social credit code; the weights are the powers of 3 modulo 31. */
function creditCheckCharacter(number: string): string {
  let weight = 1
  let total = 0
  for (const character of number.slice(0, 17)) {
    total += CREDIT_ALPHABET.indexOf(character) * weight
    weight = (weight * 3) % 31
  }
  return CREDIT_ALPHABET.charAt((31 - (total % 31)) % 31)
}

/** The 18th character of a resident identity number (GB 11643-1999, ISO 7064 MOD 11-2). */
function residentCheckCharacter(number: string): string {
  let remainder = 0
  for (const digit of number.slice(0, 17)) remainder = ((remainder + Number(digit)) * 2) % 11
  return '0123456789X'.charAt((12 - remainder) % 11)
}

function isWhole(number: string): boolean {
  const last = number.charAt(17)
  if (CREDIT_CODE.test(number) && last === creditCheckCharacter(number)) return true
  return RESIDENT.test(number) && last === residentCheckCharacter(number)
}

/**
 * What is wrong with a tax number (纳税人识别号); undefined when nothing is. The check character of the 18
 * characters in use since 2015 is verified here; the older lengths are left to the server.
 */
export function taxNumberError(text: string): string | undefined {
  const number = plainTaxNumber(text)
  if (!number) return '请输入税号'
  if (!LENGTHS.includes(number.length)) return '税号应为 18 位统一社会信用代码，或 15、17、20 位的旧税号'
  return number.length === 18 && !isWhole(number) ? '税号有误，请对照营业执照逐位核对' : undefined
}

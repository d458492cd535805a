/** For how long a course may be studied that is bought now, or joined where it is free; blank for ever. */
export const studyPeriod = (months: number | null, free = false): string =>
  months ? `${free ? '加入' : '购买'}后 ${months} 个月内学习` : ''

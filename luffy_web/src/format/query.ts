import type { LocationQuery } from 'vue-router'

/** A whole number of at least one from the address bar, or nothing. */
export function positiveOf(value: LocationQuery[string] | undefined): number | undefined {
  const text = [value].flat()[0] ?? ''
  return /^[1-9]\d{0,9}$/.test(text) ? Number(text) : undefined
}

export const textOf = (value: LocationQuery[string] | undefined): string =>
  [value].flat()[0] ?? ''

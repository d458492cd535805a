import type { LocationQuery } from 'vue-router'

/** A positive integer of the query string, or undefined. */
export function positiveOf(value: LocationQuery[string] | undefined): number | undefined {
  const text = [value].flat()[0] ?? ''
  return /^[1-9]\d{0,9}$/.test(text) ? Number(text) : undefined
}

export const textOf = (value: LocationQuery[string] | undefined): string =>
  [value].flat()[0] ?? ''

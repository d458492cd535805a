/** Opens another site in this tab, such as the payment provider's cashier. */
export function useLeave(): { leaveFor: (url: string) => void } {
  return { leaveFor: (url) => window.location.assign(url) }
}

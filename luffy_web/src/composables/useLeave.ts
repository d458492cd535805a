/** Goes to another site in this tab, as to the cashier. */
export function useLeave() {
  return { leaveFor: (url: string) => window.location.assign(url) }
}

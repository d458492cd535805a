import { onMounted } from 'vue'
import { useRoute } from 'vue-router'

/** Of the place on a course's page where its price stands. */
export const PRICE_ID = 'price'
export const PRICE_HASH = `#${PRICE_ID}`

/** Brings the price into view, if it is on this page, with the focus on the button that buys. */
export function showPrice(): void {
  const price = document.getElementById(PRICE_ID)
  price?.scrollIntoView({ block: 'center' })
  price?.querySelector<HTMLElement>('.button--primary')?.focus({ preventScroll: true })
}

/** Shows the price of a page whose address names it, as soon as it is there. */
export function useWantedPrice(): void {
  const route = useRoute()
  onMounted(() => {
    if (route.hash === PRICE_HASH) showPrice()
  })
}

import { watchPostEffect } from 'vue'
import { useRoute } from 'vue-router'

import { pageTitle } from './useSite'

/**
 * The title of a page that is about something, whose name comes later. Every navigation has reset the title, also one
 * within the page; one to another page is not for this one. (`useTitle` of VueUse would give that page the title that
 * this one had begun with.)
 */
export function usePageTitle(...parts: (() => string | undefined)[]): void {
  const route = useRoute()
  const page = route.name
  watchPostEffect(() => {
    if (route.fullPath && route.name === page) document.title = pageTitle(...parts.map((part) => part()))
  })
}

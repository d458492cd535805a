import type { RouteRecordRaw } from 'vue-router'

/** Addresses that pages had before, which a school's banners may still name; the server redirects them, too. */
export const redirects: RouteRecordRaw[] = [
  { path: '/free/detail/:id(\\d+)', redirect: ({ params }) => ({ name: 'course', params: { id: params.id } }) },
]

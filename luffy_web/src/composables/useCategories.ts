import { fetchCategories } from '@/api/course'

import { useLoad } from './useLoad'

/** The categories over a shelf. Without them the shelf still works, so a failure stays silent. */
export function useCategories() {
  const { data, load } = useLoad(fetchCategories)
  void load()
  return { categories: data }
}

import { fetchListings } from '@/api/home'
import { keptAnswers } from '@/composables/base/keptAnswers'
import { useLoad, type Load } from '@/composables/base/useLoad'
import type { Course, CourseKind, Listing } from '@/types'

interface Listings extends Pick<Load<Listing[]>, 'error' | 'loading'> {
  coursesOf: (kind: CourseKind) => Course[]
  retry: Load<Listing[]>['load']
}

/** The first courses of every kind, for the home page. */
export function useListings(): Listings {
  const { data, error, loading, load } = useLoad(fetchListings, keptAnswers('home/listing'))
  const coursesOf = (kind: CourseKind) => data.value?.find((listing) => listing.kind === kind)?.courses ?? []
  void load()
  return { coursesOf, error, loading, retry: load }
}

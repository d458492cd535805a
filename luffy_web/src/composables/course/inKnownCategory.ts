import { ApiError } from '@/api/errors'

type FetchPage<Query, Answer> = (query: Query, signal?: AbortSignal) => Promise<Answer>

/**
 * The same request, with `nothing` for an answer when the catalogue does not show the category any more: an
 * old link leads to the way out of an empty list, not to an error that a repetition cannot mend.
 */
export const inKnownCategory =
  <Query, Answer>(fetchPage: FetchPage<Query, Answer>, nothing: Answer): FetchPage<Query, Answer> =>
  async (query, signal) => {
    try {
      return await fetchPage(query, signal)
    } catch (error) {
      if (error instanceof ApiError && error.about('course_category')) return nothing
      throw error
    }
  }

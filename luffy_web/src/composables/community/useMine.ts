import { fetchMyQuestions, fetchNotes } from '@/api/community'
import { usePagedList, useQueryState, type PagedList, type QueryState } from '@/composables/base/usePagedList'
import { positiveOf, textOf } from '@/format/query'
import type { Note, Page, Question } from '@/types'

interface MineState {
  notes: boolean
  /** The question that is opened, of whatever page; messages also lead to one that the student has answered. */
  question?: number | undefined
  page: number
}

interface Mine extends QueryState<MineState> {
  questions: PagedList<Page<Question>>
  notes: PagedList<Page<Note>>
}

/** What the student has asked, or written down, newest first. */
export function useMine(): Mine {
  const { state, change } = useQueryState<MineState>(
    (query) => ({
      notes: textOf(query.show) === 'notes',
      page: positiveOf(query.page) ?? 1,
      question: positiveOf(query.question),
    }),
    ({ notes, question }) => ({ show: notes ? 'notes' : undefined, question: question?.toString() }),
  )
  const questions = usePagedList(() => (state.value.notes ? null : { page: state.value.page }), fetchMyQuestions)
  const notes = usePagedList(() => (state.value.notes ? { page: state.value.page } : null), fetchNotes)
  return { state, change, questions, notes }
}

import { computed, ref, watch, type ComputedRef, type Ref } from 'vue'

import type { ApiError } from '@/api/errors'
import { ask as askServer, fetchQuestions, type Marked } from '@/api/community'
import { useAction, withLogin, type Action } from '@/composables/base/useAction'
import { useLoad } from '@/composables/base/useLoad'
import { useNotice } from '@/composables/base/useNotice'
import type { Page, Question } from '@/types'

export const MAX_TITLE = 100
export const MAX_POST = 2000

export type Scope = 'section' | 'course'

interface Questions {
  rows: ComputedRef<Question[]>
  count: ComputedRef<number>
  page: Ref<number>
  word: Ref<string>
  /** Of this section, or of the whole course. */
  scope: Ref<Scope>
  loading: Ref<boolean>
  error: Ref<ApiError | null>
  reload: () => Promise<void>
  ask: Action<[body: Marked & { title: string }, asked: () => void]>
}

/** Others see it at once, or when staff have looked at it. */
export const tellState = (what: string, { state_name }: { state_name: string }): void =>
  useNotice().tell(state_name === '待审核' ? `${what}已提交，审核后展示` : `${what}已发布`)

/** The questions under a section, once they are `wanted`; another word or scope begins on the first page. */
export function useQuestions(ids: { course: number; section: number }, wanted: () => boolean): Questions {
  const [page, word, scope] = [ref(1), ref(''), ref<Scope>('section')]
  const { data, loading, error, load } = useLoad<Page<Question>, []>((signal) =>
    fetchQuestions(
      { [scope.value]: ids[scope.value], ...(word.value ? { search: word.value } : {}), page: page.value },
      signal,
    ),
  )
  watch([word, scope], () => (page.value = 1))
  watch([wanted, page, word, scope], () => wanted() && void load(), { immediate: true })
  // Others may have deleted what the page had.
  watch(error, (failure) => failure?.status === 404 && page.value > 1 && (page.value = 1))

  const ask = useAction(async (body: Marked & { title: string }, asked: () => void) => {
    const question = await withLogin(() => askServer(ids.section, body))
    if (!question) return
    tellState('提问', question)
    asked()
    word.value = ''
    page.value = 1
    await load()
  })

  return {
    rows: computed(() => data.value?.results ?? []),
    count: computed(() => data.value?.count ?? 0),
    ...{ page, word, scope, loading, error, reload: load, ask },
  }
}

import { computed, ref, watch, type ComputedRef, type Ref } from 'vue'

import { changeNote, deleteNote, fetchNoteFile, fetchNotes, writeNote, type Marked } from '@/api/community'
import type { ApiError } from '@/api/errors'
import { saveAsFile } from '@/composables/base/saveAsFile'
import { useAction, withLogin, type Action } from '@/composables/base/useAction'
import { useConfirmedAction } from '@/composables/base/useConfirmedAction'
import { useLoad } from '@/composables/base/useLoad'
import { useNotice } from '@/composables/base/useNotice'
import { useSessionStore } from '@/stores/session'
import type { Note, Page } from '@/types'

interface Notes {
  notes: ComputedRef<Note[]>
  count: ComputedRef<number>
  page: Ref<number>
  loading: Ref<boolean>
  error: Ref<ApiError | null>
  reload: () => Promise<void>
  write: Action<[body: Marked, written: () => void]>
  change: Action<[id: number, body: Marked, changed: () => void]>
  remove: Action<[id: number]>
}

/** Saves all notes of a course as a Markdown file. */
export function useNoteExport(): Action<[course: number, name: string]> {
  return useAction(async (course: number, name: string) => {
    saveAsFile(`${name}-笔记.md`, await fetchNoteFile(course))
  })
}

/** The student's own notes under a section. */
export function useNotes(section: number): Notes {
  const session = useSessionStore()
  const page = ref(1)
  const { data, loading, error, load, drop } = useLoad<Page<Note>, []>((signal) =>
    fetchNotes({ section, page: page.value }, signal),
  )
  watch(
    [page, () => session.user?.id],
    () => {
      if (session.isLoggedIn) void load()
      else drop()
    },
    { immediate: true },
  )
  watch(error, (failure) => failure?.status === 404 && page.value > 1 && (page.value = 1))

  const sending = <Args extends unknown[]>(send: (...args: Args) => Promise<unknown>) =>
    useAction(async (...args: Args) => {
      const sent = await withLogin(async () => {
        await send(...args)
        return true
      })
      if (!sent) return
      useNotice().tell('笔记已保存')
      await load()
    })

  return {
    notes: computed(() => data.value?.results ?? []),
    count: computed(() => data.value?.count ?? 0),
    ...{ page, loading, error, reload: load },
    write: sending(async (body: Marked, written: () => void) => {
      await writeNote(section, body)
      written()
    }),
    change: sending(async (id: number, body: Marked, changed: () => void) => {
      await changeNote(id, body)
      changed()
    }),
    remove: useConfirmedAction(
      { title: '删除笔记', question: '删除后不能恢复。', yes: '删除笔记' },
      (id: number) => deleteNote(id),
      '笔记已删除',
      () => void load(),
    ),
  }
}

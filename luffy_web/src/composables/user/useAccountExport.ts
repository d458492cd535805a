import { fetchOwnData } from '@/api/user'
import { useAction, type Action } from '@/composables/base/useAction'
import { saveAsFile } from '@/composables/base/saveAsFile'
import { useNotice } from '@/composables/base/useNotice'

/** Downloads all data that the school stores about this student, as a JSON file. */
export function useAccountExport(): { busy: Action['busy']; exportData: Action['run'] } {
  const { busy, run } = useAction(async () => {
    const data = await fetchOwnData()
    const json = new Blob([JSON.stringify(data, null, 2)], { type: 'application/json' })
    saveAsFile(`luffy-${new Date().toISOString().slice(0, 10)}.json`, json)
    useNotice().tell('已开始下载您的数据。')
  })
  return { busy, exportData: run }
}

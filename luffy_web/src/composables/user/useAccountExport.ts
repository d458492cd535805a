import { fetchOwnData } from '@/api/user'
import { useAction, type Action } from '@/composables/base/useAction'
import { useNotice } from '@/composables/base/useNotice'

function saveAsFile(name: string, json: string) {
  const url = URL.createObjectURL(new Blob([json], { type: 'application/json' }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  URL.revokeObjectURL(url)
}

/** Downloads all data that the school stores about this student, as a JSON file. */
export function useAccountExport(): { busy: Action['busy']; exportData: Action['run'] } {
  const { busy, run } = useAction(async () => {
    const data = await fetchOwnData()
    saveAsFile(`luffy-${new Date().toISOString().slice(0, 10)}.json`, JSON.stringify(data, null, 2))
    useNotice().tell('已开始下载您的数据。')
  })
  return { busy, exportData: run }
}

import { fetchOwnData } from '@/api/user'

import { useAction } from './useAction'
import { useNotice } from './useNotice'

/** Hands the browser a file as if it had come from a link. */
function offer(name: string, text: string) {
  const address = URL.createObjectURL(new Blob([text], { type: 'application/json' }))
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  URL.revokeObjectURL(address)
}

/** All that the school knows about this student, as a file to keep. */
export function useAccountExport() {
  const { busy, run } = useAction(async () => {
    const data = await fetchOwnData()
    offer(`luffy-${new Date().toISOString().slice(0, 10)}.json`, JSON.stringify(data, null, 2))
    useNotice().tell('已开始下载您的数据。')
  })
  return { busy, exportData: run }
}

/** Shows a newly chosen cover as pages will show it, before it is saved. */
export function previewCover(): void {
  const place = document.querySelector('[data-cover-preview]')
  const field = document.querySelector<HTMLInputElement>('input[type=file][name=course_img]')
  if (!place || !field) return
  const stored = [...place.childNodes]
  let shown = ''

  field.addEventListener('change', () => {
    if (shown) URL.revokeObjectURL(shown)
    const file = field.files?.[0]
    shown = file ? URL.createObjectURL(file) : ''
    if (!file) {
      place.replaceChildren(...stored)
      return
    }
    const image = new Image()
    image.alt = '新封面的预览，保存后生效'
    image.onerror = () => place.replaceChildren('浏览器打不开这张图片，请换一张')
    image.src = shown
    place.replaceChildren(image)
  })
}

/** A question before something that cannot be taken back. The box is only fetched when it is needed. */
export function useConfirm() {
  async function confirm(question: string, title: string, yes: string): Promise<boolean> {
    const [{ ElMessageBox }] = await Promise.all([
      import('element-plus/es/components/message-box/index'),
      import('element-plus/es/components/message-box/style/css.mjs'),
    ])
    return ElMessageBox.confirm(question, title, {
      confirmButtonText: yes,
      cancelButtonText: '再想想',
      showClose: false,
    }).then(
      () => true,
      () => false,
    )
  }
  return { confirm }
}

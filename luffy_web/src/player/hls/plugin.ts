import { BasePlugin, Errors, Events } from 'xgplayer'

import { HlsStream } from './stream'

/** Gives xgplayer an HLS video; `core` is what plays it. */
export default class HlsPlugin extends BasePlugin {
  core: HlsStream | undefined

  static override get pluginName(): string {
    return 'hls'
  }

  override beforePlayerInit(): void {
    const { player } = this
    const media = player.media as HTMLVideoElement
    const core = new HlsStream(media, (cause) => {
      const known = { errorType: 'network', errorCode: 0, errorMessage: String(cause), originError: cause, ext: {} }
      player.emit(Events.ERROR, new Errors(player, known))
    })
    this.core = core
    // The player itself would give the playlist to the media element.
    player.handleSource = false
    player.switchURL = (url: string) => {
      core.switchTo(url)
      return Promise.resolve(true)
    }
    core.load(String(player.config.url), player.config.startTime ?? 0)
  }

  override destroy(): void {
    this.core?.stop()
  }
}

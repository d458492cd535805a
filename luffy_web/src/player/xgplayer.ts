import { I18N, langZhCn, SimplePlayer, Sniffer } from 'xgplayer'
import Definition from 'xgplayer/es/plugins/definition'
import Enter from 'xgplayer/es/plugins/enter'
import Fullscreen from 'xgplayer/es/plugins/fullscreen'
import Loading from 'xgplayer/es/plugins/loading'
import Mobile from 'xgplayer/es/plugins/mobile'
import Desktop from 'xgplayer/es/plugins/pc'
import PictureInPicture from 'xgplayer/es/plugins/pip'
import PlayButton from 'xgplayer/es/plugins/play'
import PlaybackRate from 'xgplayer/es/plugins/playbackRate'
import Poster from 'xgplayer/es/plugins/poster'
import Progress from 'xgplayer/es/plugins/progress'
import Replay from 'xgplayer/es/plugins/replay'
import Start from 'xgplayer/es/plugins/start'
import Time from 'xgplayer/es/plugins/time'
import Volume from 'xgplayer/es/plugins/volume'

const CONTROLS = [Progress, Time, PlayButton, Fullscreen, Definition, PlaybackRate, Volume, PictureInPicture]
const LAYERS = [Replay, Poster, Start, Loading, Enter]

/** Like xgplayer's own preset: an iPad has a finger and perhaps a mouse. */
function inputs() {
  if (Sniffer.device !== 'mobile') return [Desktop]
  return Sniffer.os.isIpad ? [Mobile, Desktop] : [Mobile]
}

/**
 * xgplayer with the plugins that the site uses: its own preset brings along downloads, screenshots,
 * statistics, bullet comments and a dozen languages, which is half of its size.
 */
class Preset {
  plugins = [...CONTROLS, ...LAYERS, ...inputs()]
  ignores = []
  i18n = []
}

export default class XgPlayer extends SimplePlayer {
  static override defaultPreset = Preset
}

I18N.use(langZhCn)

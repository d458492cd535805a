import { useProgress, type Progress } from './useProgress'
import { useSinglePlayback } from './useSinglePlayback'
import { useStreamLimit, type StreamLimit } from './useStreamLimit'

interface PlayingEngine {
  /** Seconds. */
  position: () => number
  play: () => void
  pause: () => void
}

interface PlaybackReports extends Pick<Progress, 'begin' | 'save'>, Pick<StreamLimit, 'claim' | 'displaced' | 'takeOver'> {}

/** What the server and the other pages of this browser learn of a video that plays, and what stops it for them. */
export function usePlaybackReports(engine: PlayingEngine, isKept: () => boolean, done?: () => void): PlaybackReports {
  function giveWay() {
    progress.skip()
    engine.pause()
  }
  const progress = useProgress(engine.position, isKept, { done, displaced: () => devices.giveWay() })
  const devices = useStreamLimit(isKept, engine, giveWay)
  const singlePlayback = useSinglePlayback(giveWay)

  function claim() {
    singlePlayback.claim()
    devices.claim()
  }

  return { begin: progress.begin, save: progress.save, displaced: devices.displaced, takeOver: devices.takeOver, claim }
}

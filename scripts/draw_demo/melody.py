"""A soft tune for the demo lesson: plucked notes over slow chords, written as a WAV file."""

import math
import wave
from array import array
from pathlib import Path

RATE = 22050
BEAT = 0.5
CHORDS = ((48, 55, 64), (45, 52, 60), (41, 48, 57), (43, 50, 59))
TUNE = (76, 79, 84, 79, 72, 76, 79, 76, 69, 72, 77, 72, 71, 74, 79, 74)


def write_melody(path: Path, seconds: int) -> None:
    """Mono, 16 bit, fading in and out."""
    total = seconds * RATE
    sound = [0.0] * total
    for beat in range(int(seconds / BEAT)):
        if beat % 8 == 0:
            for note in CHORDS[beat // 8 % 4]:
                _tone(sound, beat * BEAT, 4.2, note, 0.05, rise=0.8)
        _tone(sound, beat * BEAT, 1.4, TUNE[beat % 16] - 12 * (beat % 3 == 2), 0.13, rise=0.012)
    for n in range(total):
        sound[n] *= min(1.0, n / RATE, (total - n) / RATE / 1.5)
    loudest = max(map(abs, sound))
    with wave.open(str(path), "wb") as out:
        out.setparams((1, 2, RATE, total, "NONE", ""))
        out.writeframes(array("h", [round(v / loudest * 16000) for v in sound]).tobytes())


def _tone(
    sound: list[float], start: float, length: float, note: int, volume: float, *, rise: float
) -> None:
    """Add one note with two overtones and an exponential end."""
    step = 2 * math.pi * 440 * 2 ** ((note - 69) / 12) / RATE
    first = int(start * RATE)
    for n in range(min(int(length * RATE), len(sound) - first)):
        t = n / RATE
        shape = (
            volume * min(1.0, t / rise) * math.exp(-3.2 * t / length) * min(1.0, (length - t) * 20)
        )
        sound[first + n] += shape * (
            math.sin(step * n) + 0.3 * math.sin(2 * step * n) + 0.1 * math.sin(3 * step * n)
        )

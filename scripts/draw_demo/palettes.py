"""One palette per category, in a dark, a vivid and a light dress for the three shelves."""

from dataclasses import dataclass

from canvas import Color, mix, rgb


@dataclass(frozen=True)
class Palette:
    """`ink` is for text and lines, `paper` for cards, the rest are the colours of the motif."""

    top: str
    bottom: str
    ink: str
    paper: str
    main: str
    spark: str
    second: str

    def line(self, alpha: float = 1.0) -> Color:
        """The ink, more or less see-through."""
        return rgb(self.ink, alpha)


#            deep      mid       spark     second    pale
HUES = {
    "Python": ("#0f2547", "#2f6fbd", "#ffd043", "#7cc0ff", "#e6f0fc"),
    "Linux": ("#10261e", "#2c8f68", "#ffb951", "#86eab0", "#e3f4eb"),
    "前端": ("#431a35", "#e25673", "#ffd08f", "#ff9a7b", "#ffeee8"),
    "Go": ("#08303c", "#0d9fb5", "#ffdf7d", "#83ecef", "#def6f8"),
    "数据分析": ("#251a4a", "#6d56d8", "#ffb566", "#b7a6ff", "#efebff"),
    "人工智能": ("#141a48", "#4159e6", "#ff8cc3", "#7adffb", "#e9edff"),
}
FREE, ACTUAL, LIGHT = 1, 2, 3


def palette(category: str, kind: int) -> Palette:
    """Vivid for free courses, dark for projects, light for short courses."""
    deep, mid, spark, second, pale = HUES[category]
    if kind == ACTUAL:
        return Palette(
            mix(deep, mid, 0.18), deep, "#ffffff", mix(deep, mid, 0.35), mid, spark, second
        )
    if kind == FREE:
        return Palette(
            mid,
            mix(mid, deep, 0.55),
            "#ffffff",
            mix(mid, "#ffffff", 0.16),
            mix(deep, mid, 0.3),
            spark,
            second,
        )
    return Palette(
        "#ffffff",
        mix(pale, second, 0.22),
        deep,
        "#ffffff",
        mid,
        mix(spark, "#ff9a1f", 0.25),
        mix(second, mid, 0.3),
    )

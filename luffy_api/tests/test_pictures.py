"""Smaller versions of pictures, whatever somebody uploads."""

import io
from typing import Any

import pytest
from PIL import Image, ImageCms

from luffy_api.common.pictures import resize

pytestmark = pytest.mark.any_database
WIDTHS = (360, 640, 1280)
RED = (255, 0, 0)


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def noise(width: int, height: int) -> Image.Image:
    """A picture that no format makes small."""
    return Image.effect_noise((width, height), 80).convert("RGB")


def decoded(data: bytes | None) -> Image.Image:
    assert data is not None
    image = Image.open(io.BytesIO(data))
    assert image.format == "WEBP"
    return image


def color_of(data: bytes | None) -> Any:
    return decoded(data).convert("RGBA").getpixel((20, 20))


def test_a_large_picture_gets_every_width():
    files = resize(encoded(noise(2000, 1125), "JPEG", quality=95), WIDTHS)

    assert {width: decoded(data).size for width, data in files.items()} == {
        360: (360, 202),
        640: (640, 360),
        1280: (1280, 720),
    }


def test_nothing_is_made_wider_than_it_is():
    assert list(resize(encoded(noise(800, 450), "PNG"), WIDTHS)) == [360, 640, 800]
    assert list(resize(encoded(noise(200, 100), "PNG"), WIDTHS)) == [200]


def test_a_picture_that_is_small_already_stands_for_itself():
    files = resize(encoded(noise(640, 360), "WEBP", quality=20), WIDTHS)

    assert files[640] is None
    assert decoded(files[360]).size == (360, 202)


def test_a_photo_that_lies_on_its_side_is_turned():
    photo = noise(800, 400)
    photo.paste(RED, (0, 0, 400, 400))
    exif = Image.Exif()
    exif[0x0112] = 6

    files = resize(encoded(photo, "JPEG", exif=exif, quality=95), WIDTHS)

    assert list(files) == [360, 400]
    small = decoded(files[360])
    assert small.size == (360, 720)
    assert "exif" not in small.info
    red, green, _ = small.convert("RGB").getpixel((180, 100))  # type: ignore[misc]
    assert (red > 200, green < 60) == (True, True)


def test_colors_of_print_become_those_of_a_screen():
    red, green, blue, _ = color_of(resize(encoded(cmyk(), "JPEG"), (360,))[360])

    assert (red > 180, green < 90, blue < 90) == (True, True, True)


def cmyk() -> Image.Image:
    return Image.new("CMYK", (400, 400), (0, 255, 255, 0))


def test_a_color_profile_is_applied_or_left_out():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    picture = Image.new("RGB", (400, 400), RED)

    for each in (profile, b"no profile"):
        made = resize(encoded(picture, "PNG", icc_profile=each), (360,))[360]
        assert "icc_profile" not in decoded(made).info
        assert color_of(made)[0] > 240


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_is_transparent_stays_so(mode):
    picture = Image.new("RGBA", (400, 400), (255, 0, 0, 0)).convert(mode)
    options = {"transparency": 0} if mode == "P" else {}

    assert color_of(resize(encoded(picture, "PNG", **options), (360,))[360])[3] == 0


def test_grey_of_sixteen_bits_does_not_turn_white():
    grey = Image.new("I;16", (400, 400), 0x4000)

    assert 50 < color_of(resize(encoded(grey, "PNG"), (360,))[360])[0] < 80


def test_an_animation_is_left_as_it_is():
    frames = [noise(400, 300), noise(400, 300)]

    for kind in ("GIF", "WEBP"):
        animation = encoded(frames[0], kind, save_all=True, append_images=frames[1:])
        assert resize(animation, WIDTHS) == {}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b'<svg xmlns="http://www.w3.org/2000/svg"/>',
        encoded(noise(400, 300), "PNG")[:5000],
        encoded(noise(400, 300), "BMP"),
        encoded(Image.new("L", (1, 20_000)), "PNG"),
    ],
    ids=["empty", "svg", "cut off", "bmp", "too high for WebP"],
)
def test_what_cannot_be_resized_has_no_versions(data):
    assert resize(data, WIDTHS) == {}


def test_a_bomb_is_not_decoded(settings, monkeypatch):
    settings.IMAGE_MAX_PIXELS = 300 * 300
    data = encoded(noise(400, 300), "PNG")
    monkeypatch.setattr(Image.Image, "load", lambda image: pytest.fail("decoded"))

    assert resize(data, WIDTHS) == {}


def test_a_file_beyond_the_limit_is_not_opened(settings):
    settings.IMAGE_MAX_BYTES = 1000

    assert resize(encoded(noise(400, 300), "PNG"), WIDTHS) == {}

"""A fake Qiniu that processes videos with ffmpeg, so that browsers can play the results.

Runs beside a shop, with the arguments of `signed_s3`, whose ORIGIN says nothing here:
`python -m luffy_api.libs.storage.tests.fake_qiniu_tools 9999 [ORIGIN FOLDER]`.
"""

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

from werkzeug.exceptions import abort
from werkzeug.wrappers import Response

from luffy_api.libs.storage.tests import qiniu_signing as signing
from luffy_api.libs.storage.tests.fake_qiniu import BUCKET, FakeQiniu, Stored
from luffy_api.libs.storage.tests.made_pictures import made_pictures

FFPROBE = ["ffprobe", "-v", "error", "-of", "json", "-show_streams", "-show_format"]
FFMPEG = ["ffmpeg", "-nostdin", "-v", "error", "-y"]


class VideoQiniu(FakeQiniu):
    """The fake Qiniu with avinfo, vframe and avthumb by ffprobe and ffmpeg."""

    def video(self, args, stored):
        """The answer to an operation in a URL; None when none is asked for."""
        frame = next((name for name in args if name.startswith("vframe/")), None)
        if "avinfo" not in args and frame is None:
            return None
        with TemporaryDirectory() as name:
            folder = Path(name)
            source = _written(folder, stored.data)
            try:
                if frame is None:
                    return Response(_run([*FFPROBE, source]), mimetype="application/json")
                second = frame.rpartition("/")[2]
                picture = folder / "frame.jpg"
                _run([*FFMPEG, "-ss", second, "-i", source, "-frames:v", "1", picture])
                return Response(picture.read_bytes(), mimetype="image/jpeg")
            except subprocess.CalledProcessError:
                abort(Response(json.dumps({"error": "not a video"}), 400))

    def on_pfop(self, request):
        """Starts the job, which ends by itself."""
        answer = super().on_pfop(request)
        [*_, (persistent_id, work)] = self.work.items()
        work["step"] = 2
        Thread(target=self.finish, args=(work, persistent_id), daemon=True).start()
        return answer

    def advance(self, work, persistent_id):
        """A request for the status does not move the job on: it ends by itself."""

    def slice(self, operation, source):
        """The segments and the playlist that an `avthumb/m3u8` asks for."""
        command, _, target = operation.partition("|saveas/")
        words = command.split("/")
        fop = dict(zip(words[4::2], words[5::2], strict=True))
        bucket, _, key = signing.decoded(target).partition(":")
        with TemporaryDirectory() as name:
            folder = Path(name)
            arguments = ["-s", fop["s"], "-b:v", fop["vb"], "-c:v", "libx264", "-c:a", "aac"]
            hls = ["-f", "hls", "-hls_time", fop["segtime"], "-hls_playlist_type", "vod"]
            parts = ["-hls_segment_filename", folder / "%06d.ts", folder / "index.m3u8"]
            video = _written(folder, source)
            _run([*FFMPEG, "-i", video, *arguments, "-preset", "ultrafast", *hls, *parts])
            pattern = signing.decoded(fop["pattern"])
            lines = (folder / "index.m3u8").read_text().splitlines()
            for part in sorted(folder.glob("*.ts")):
                stored = pattern.replace("$(count)", part.stem) + ".ts"
                self.buckets[bucket][stored] = Stored(part.read_bytes(), "video/mp2t")
                lines = [f"/{stored}" if line == part.name else line for line in lines]
        text = "\n".join([*lines, ""]).encode()
        self.buckets[bucket][key] = Stored(text, "application/x-mpegurl")


def _written(folder, data):
    path = folder / "source"
    path.write_bytes(data)
    return path


def _run(command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout


if __name__ == "__main__":
    fake = VideoQiniu(int(sys.argv[1]))
    for key, data in made_pictures(sys.argv[3:]):
        fake.buckets[BUCKET][key] = Stored(data, "image/webp")
    sys.stdout.write(
        f"QINIU_ACCESS_KEY={signing.ACCESS_KEY}\nQINIU_SECRET_KEY='{signing.SECRET_KEY}'\n"
        f"QINIU_BUCKET={BUCKET}\nQINIU_DOMAIN={fake.url}/d/{BUCKET}\n"
        f"QINIU_UP_HOST={fake.url}\nQINIU_API_HOST={fake.url}\n"
    )
    sys.stdout.flush()
    fake.server.serve_forever()

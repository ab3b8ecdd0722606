"""A sample of the sound that is served is the sample of the recording, also of MP3 with a varying
bit rate, in which browsers find places only roughly.
"""

import io

import numpy as np
import soundfile

RATE = 16_000
PLACES = [12_345 + 31_557 * i for i in range(12)]  # samples at the middle of a click
AROUND = 400


def clicks() -> np.ndarray:
    """float32, 25 s: noise that comes and goes, so that the bit rate varies, with clicks."""
    draw = np.random.default_rng(1)
    sound = 0.01 * draw.standard_normal(25 * RATE) * np.repeat(draw.random(25), RATE)
    ticks = np.arange(-32, 32)
    click = np.hanning(65)[:64] * np.cos(2 * np.pi * 2000 * ticks / RATE)
    for place in PLACES:
        sound[place - 32 : place + 32] += 0.8 * click
    return sound.astype(np.float32)


def test_it_begins_at_the_sample_that_is_asked_for(served):
    profile = served.tiny.profile.read_text()
    tiny = '[stages.decode]\nuse = "tiny.plain"'
    assert tiny in profile
    real = '[stages.decode]\nuse = "auto.native"'
    served.tiny.profile.write_text(profile.replace(tiny, real))
    file = io.BytesIO()
    soundfile.write(file, clicks(), RATE, format="MP3", bitrate_mode="VARIABLE")
    content = file.getvalue()
    assert b"Xing" in content[:400]  # LAME's mark of a varying bit rate
    job = served.job(served.upload(content, "clicks.mp3").json()["id"], "done", "failed")
    assert job["state"] == "done", job
    address = f"/api/recordings/{job['recording']}/sound.wav"
    for place in PLACES:
        first = 44 + 2 * (place - AROUND)
        asked = {"Range": f"bytes={first}-{first + 4 * AROUND - 1}"}
        answer = served.client.get(address, headers=asked)
        assert answer.status_code == 206
        samples = np.frombuffer(answer.content, "<i2").astype(int)
        assert int(np.abs(samples).argmax()) == AROUND

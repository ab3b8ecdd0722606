"""What a file is by its first bytes: which files of a folder are recordings, and what an error
message calls them.
"""

import re

HEAD_BYTES = 4096  # what `kind_of` wants to see

# regular expressions, matched at the beginning, and what a file that begins so is
_MAGIC = r"""
    (RIFF|RIFX|RF64|BW64)....WAVE                      a WAV file
    riff\x2e\x91\xcf\x11                               a Sony Wave64 file
    RIFF....AVI\x20                                    an AVI video
    RIFF....QLCM                                       a QCP file
    FORM....AIF[FC]                                    an AIFF file
    FORM....(8SVX|16SV)                                an IFF sound file
    fLaC                                               a FLAC file
    OggS                                               an Ogg file
    caff\x00                                           a CAF file
    \.snd\x00|dns\...\x00                              an AU file
    ....ftyp(?!heic|heix|mif1|msf1|avif|avis|crx\x20)  an MP4 or M4A file
    ....mdat|\x00...(moov|wide|free|skip|pnot)         a QuickTime file
    \x1aE\xdf\xa3                                      a WebM or Matroska file
    0&\xb2u\x8ef\xcf\x11                               a WMA or WMV file
    #!AMR                                              an AMR file
    .?#!SILK                                           a SILK voice message
    FLV\x01                                            a Flash video
    \x00\x00\x01\xba                                   an MPEG video
    (\x47.{187}){3}\x47|.{4}(\x47.{191}){3}\x47        an MPEG transport stream
    \x0bw                                              an AC-3 file
    \x7f\xfe\x80\x01|\xfe\x7f\x01\x80|\x1f\xff\xe8\x00|\xff\x1f\x00\xe8  a DTS file
    wvpk                                               a WavPack file
    MAC\x20.[\x0b-\x0f]                                a Monkey's Audio file
    TTA[12]                                            a True Audio file
    MP\+|MPCK                                          a Musepack file
    tBaK                                               a TAK file
    DSD\x20\x1c\x00|FRM8....                           a DSD file
    \.RMF|\.ra\xfd                                     a RealMedia file
    NIST_1A                                            a NIST SPHERE file
    Creative\x20Voice\x20File                          a VOC file
    \x64\xa3[\x01-\x04]\x00|\x00[\x01-\x04]\xa3\x64    an IRCAM file
    EA3\x03                                            a Sony OpenMG file
    ADIF                                               a raw AAC file
    nut/multimedia                                     a NUT file
    \x06\x0e\x2b\x34\x02\x05\x01\x01\x0d\x01\x02       an MXF video
    ID3[\x02-\x04]                                     an MP3 file
"""
MAGIC = tuple(
    (re.compile(pattern.encode(), re.DOTALL), kind)
    for pattern, kind in (line.split(maxsplit=1) for line in _MAGIC.strip().splitlines())
)


def kind_of(head: bytes) -> str:
    """What a file beginning with these bytes (HEAD_BYTES of them, or all) is; "" if no known sound
    or video.

    >>> kind_of(b"RIFF____WAVEfmt "), kind_of(b"Dear reader")
    ('a WAV file', '')
    """
    for pattern, kind in MAGIC:
        if pattern.match(head):
            return kind
    if _is_loas(head):
        return "a raw AAC file"
    return _mpeg_kind(head.lstrip(b"\x00")[:4])  # some encoders write zeros first


def _is_loas(head: bytes) -> bool:
    """Whether two frames of AAC in LOAS follow each other (14496-3); one sync word alone begins
    many a text.
    """
    if len(head) < 3 or head[0] != 0x56 or head[1] & 0xE0 != 0xE0:
        return False
    following = head[3 + ((head[1] & 0x1F) << 8 | head[2]) :]
    return len(following) > 1 and following[0] == 0x56 and following[1] & 0xE0 == 0xE0


def _mpeg_kind(header: bytes) -> str:
    """The kind of a stream without a file header, by the fields of its first frame (ISO 11172-3,
    13818-7).
    """
    if header.startswith(
        b"\xff\xfe"
    ):  # UTF-16 text; layer I with a checksum begins so too, but no such file was seen
        return ""
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE0 != 0xE0:
        return ""
    layer = header[1] >> 1 & 3
    if layer == 0:
        adts = header[1] & 0xF0 == 0xF0 and header[2] >> 2 & 15 < 13
        return "a raw AAC file" if adts else ""
    version, bit_rate, rate = header[1] >> 3 & 3, header[2] >> 4, header[2] >> 2 & 3
    if version == 1 or bit_rate == 15 or rate == 3:
        return ""
    return "an MP3 file" if layer == 1 else "an MPEG audio file"

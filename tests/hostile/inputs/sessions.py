"""Sessions on the network, presentations of segments, and other texts that name a video."""

from typing import Final

from tests.hostile.inputs.playlists import add_list

SESSION: Final = "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\n"
RTP: Final = "m=video 0 RTP/AVP 96\na=rtpmap:96 H264/90000\n"
add_list("session_by_rtp", lambda _: SESSION + RTP, "unsupported_type", harm="calls")
add_list(
    "session_of_transport_stream", lambda _: f"{SESSION}m=video 0 RTP/AVP 33\n",
    "unsupported_type", harm="calls",
)  # fmt: skip
add_list(
    "session_by_multicast",
    lambda _: SESSION.replace("c=IN IP4 127.0.0.1", "c=IN IP4 224.0.0.1/1") + RTP,
    "unsupported_type",
    harm="calls",
)


def _dash(base: str) -> str:
    representation = f'<Representation id="1" bandwidth="1"><BaseURL>{base}</BaseURL>'
    segments = '<SegmentList duration="1"><SegmentURL media="neighbour.mp4"/></SegmentList>'
    return (
        '<?xml version="1.0"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" '
        'mediaPresentationDuration="PT1S" profiles="urn:mpeg:dash:profile:isoff-main:2011">'
        f'<Period><AdaptationSet contentType="video" mimeType="video/mp4">{representation}'
        f"{segments}</Representation></AdaptationSet></Period></MPD>"
    )


add_list("dash_by_http", lambda place: _dash(place.url), file="input.mpd")
add_list("dash_of_files", lambda place: _dash(f"file://{place.folder}/"), file="input.mpd")
add_list("asx", lambda place: f'<asx version="3.0"><entry><ref href="{place.url}"/></entry></asx>')
add_list("pls", lambda place: f"[playlist]\nFile1={place.url}\nNumberOfEntries=1\nVersion=2\n")
add_list("ram", lambda place: f"{place.url}\nrtsp://127.0.0.1:{place.tcp_port}/a.rm\n")
add_list("smil", lambda place: f'<smil><body><video src="{place.url}"/></body></smil>')
add_list(
    "quicktime_link", lambda p: f'<?quicktime type="application/x-qtl"?><embed src="{p.url}"/>'
)
add_list("rtsp_text", lambda place: f"RTSPtextrtsp://127.0.0.1:{place.tcp_port}/a\n", file="a.mov")
add_list(
    "smooth_streaming",
    lambda p: (
        '<SmoothStreamingMedia MajorVersion="2" Duration="1"><StreamIndex Type="video" '
        f'Url="{p.url}"/></SmoothStreamingMedia>'
    ),
    file="input.ism",
)
add_list(
    "composition_of_packages",
    lambda p: (
        '<?xml version="1.0"?><CompositionPlaylist xmlns="http://www.smpte-ra.org/schemas/'
        '2067-3/2016"><Id>urn:uuid:0</Id></CompositionPlaylist>'
    ),
    file="input.xml",
)
add_list(
    "subtitles_of_a_disc",
    lambda _: (
        "# VobSub index file, v7 (do not modify this line!)\nsize: 720x576\n"
        "id: en, index: 0\ntimestamp: 00:00:00:000, filepos: 000000000\n"
    ),
    file="input.idx",
    harm="opens",
)
add_list("path_of_a_disc", lambda place: f"bluray:{place.folder}\ndvd:{place.folder}\n")
add_list("pattern_of_pictures", lambda place: f"{place.folder}/frame%02d.jpg\n", file="a%02d.jpg")

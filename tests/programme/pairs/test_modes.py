"""Each way to meet has its own fields, and refuses to be without them."""

import pytest

from scheduler.errors import BadLink, BadText, MeetingPointMissing, PhoneMissing, PlaceMissing
from scheduler.models import Meeting
from scheduler.programme.pairs.modes import (
    How,
    Hybrid,
    OnSite,
    Phone,
    Video,
    Walk,
    how_of,
    needs_host,
    with_link,
    write,
)

EVERY_WAY: list[How] = [
    Video(),
    Video("https://meet.example.org/abc?pwd=1"),
    Phone("+46 8 16 20 00"),
    OnSite("Frescati, hus D, rum 4"),
    Walk("Norra porten", "Café Ö", "3 km, utan trappor", "070-000 00 00"),
    Hybrid("Frescati, hus D"),
    Hybrid("Frescati, hus D", "https://meet.example.org/abc"),
]


@pytest.mark.parametrize("how", EVERY_WAY)
def test_a_meeting_gives_back_how_it_is_held(how):
    meeting = Meeting()
    for other in EVERY_WAY:
        write(meeting, other)
    write(meeting, how)
    assert how_of(meeting) == how


def test_a_walk_has_a_meeting_point_and_nothing_of_a_video_meeting():
    meeting = Meeting()
    write(meeting, Video("https://meet.example.org/abc"))
    write(meeting, Walk("Norra porten"))
    assert (meeting.meeting_point, meeting.link, meeting.place) == ("Norra porten", "", "")


@pytest.mark.parametrize(
    ("make", "refusal", "named"),
    [
        (lambda: Walk(" "), MeetingPointMissing, "Meeting point"),
        (lambda: OnSite(""), PlaceMissing, "Place"),
        (lambda: Hybrid(""), PlaceMissing, "Place"),
        (lambda: Phone(""), PhoneMissing, "Phone"),
        (lambda: OnSite("x" * 301), BadText, "Place"),
        (lambda: OnSite("two\nlines"), BadText, "Place"),
        (lambda: Walk("x", rain_plan="\x00"), BadText, "If it rains"),
        (lambda: Video("http://meet.example.org"), BadLink, "Link"),
        (lambda: Video("https://"), BadLink, "Link"),
        (lambda: Video("javascript:alert(1)"), BadLink, "Link"),
        (lambda: Video("https://user:secret@meet.example.org"), BadLink, "Link"),
        (lambda: Video("https://meet.example.org/a b"), BadLink, "Link"),
        (lambda: Video("https://meet.example.org/\r\nX"), BadLink, "Link"),
        (lambda: Video("https://[::1"), BadLink, "Link"),
        (lambda: Video("https://meet.example.org/" + "x" * 1000), BadLink, "Link"),
        (lambda: with_link(Walk("x"), "https://meet.example.org"), BadLink, "Link"),
    ],
)
def test_what_is_missing_or_wrong_is_refused_by_its_field(make, refusal, named):
    with pytest.raises(refusal) as refused:
        make()
    assert str(refused.value).startswith(named)


def test_only_video_without_a_link_of_its_own_needs_a_host():
    assert [needs_host(how) for how in EVERY_WAY] == [True, False, False, False, False, True, False]

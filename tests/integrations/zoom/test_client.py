"""The client against the simulator over real HTTP: what comes of each call, also where it goes wrong on the way."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from itertools import product

import pytest
from werkzeug.wrappers import Request, Response

from integrations.outcome import Retry
from integrations.zoom import client as client_module
from integrations.zoom.client import RemoteMeeting
from integrations.zoom.errors import (
    HostNotAllowed,
    HostQuota,
    MissingScope,
    NotFound,
    Unavailable,
)
from integrations.zoom.simulator import Strict, answers, runs
from integrations.zoom.stays import stay_key
from tests.integrations.zoom.stage import HOST, Canned, Clock, Stage, wanted


def test_a_meeting_is_made_as_wanted_and_for_a_host_who_is_not_there(zoom: Stage):
    made = zoom.client.create(HOST, wanted())
    (kept,) = zoom.simulator.meetings()
    assert made == RemoteMeeting(
        zoom_id=kept.id,
        uuid=kept.uuid,
        reference="7f6c1f0e",
        topic="Åsa and Li: första mötet",
        starts_at=datetime(2026, 12, 3, 17, 0, tzinfo=UTC),
        minutes=45,
        join_url=f"{zoom.url}/{kept.join_path()}",
        passcode=kept.password,
        created_at=kept.created_at,
        timezone=kept.timezone,
        agenda=kept.agenda,
        settings=made.settings,
    )
    assert made.settings == kept.settings
    assert (kept.host, kept.agenda, kept.timezone, kept.type) == (HOST, "ref:7f6c1f0e", "Europe/Stockholm", 2)
    settings = {
        "join_before_host": True, "jbh_time": 10, "waiting_room": False, "meeting_authentication": False,
        "use_pmi": False, "approval_type": 2, "auto_recording": "none", "email_notification": False,
        "alternative_hosts_email_notification": False,
    }  # fmt: skip
    assert settings.items() <= kept.settings.items()
    assert zoom.client.get(made.zoom_id) == made


def test_the_start_goes_out_in_utc_whatever_its_zone(zoom: Stage):
    tokyo = timezone(timedelta(hours=9))
    made = zoom.client.create(HOST, wanted(starts_at=datetime(2026, 12, 4, 2, 0, tzinfo=tokyo)))
    assert made.starts_at == datetime(2026, 12, 3, 17, 0, tzinfo=UTC)
    assert made.starts_at.tzinfo == UTC


def test_topic_and_agenda_are_cut_by_character(zoom: Stage):
    zoom.client.create(HOST, wanted(topic="å" * 199 + "😀" + "x", description="ö" * 3000))
    (kept,) = zoom.simulator.meetings()
    assert kept.topic == "å" * 199 + "😀"
    assert len(kept.agenda) == 2000
    assert kept.agenda.startswith("ref:7f6c1f0e\n\nöö")


def test_a_naive_start_and_a_reference_that_could_not_be_found_again_are_bugs():
    with pytest.raises(ValueError, match="aware"):
        wanted(starts_at=datetime(2026, 12, 3, 17, 0))  # noqa: DTZ001
    for bad in ("", "two words", "x" * 201):
        with pytest.raises(ValueError, match="reference"):
            wanted(reference=bad)


def test_a_host_address_is_encoded_in_the_path(zoom: Stage):
    odd = "pool+1?b#c%41@example.org"
    zoom.client.create(odd, wanted())
    assert [meeting.host for meeting in zoom.simulator.meetings()] == [odd.lower()]
    assert len(list(zoom.client.scheduled(odd))) == 1


def test_a_changed_meeting_is_read_again_since_its_link_may_be_new(zoom: Stage):
    made = zoom.client.create(HOST, wanted())
    later = wanted(starts_at=datetime(2026, 12, 10, 16, 0, tzinfo=UTC), topic="Moved")
    changed = zoom.client.update(made.zoom_id, later)
    assert (changed.starts_at, changed.topic, changed.minutes) == (later.starts_at, "Moved", 45)
    assert (changed.zoom_id, changed.join_url) == (made.zoom_id, made.join_url)

    zoom.simulator.set_passcode(made.zoom_id, "other")
    changed = zoom.client.update(made.zoom_id, wanted(topic="Moved again"))
    assert changed.passcode == "other"
    assert changed.join_url != made.join_url


def test_an_update_sends_what_differs_and_nothing_twice(zoom: Stage):
    made = zoom.client.create(HOST, wanted())
    for _ in range(2):
        zoom.client.update(made.zoom_id, wanted(minutes=60))
    patches = [exchange.request for exchange in zoom.simulator.exchanges if exchange.request.method == "PATCH"]
    assert [json.loads(request.get_data()) for request in patches] == [{"duration": 60}]


def test_a_start_that_has_passed_is_not_sent(zoom: Stage):
    made = zoom.client.create(HOST, wanted())
    zoom.clock.now = datetime(2026, 12, 3, 17, 0, tzinfo=UTC)
    assert zoom.client.update(made.zoom_id, wanted(topic="Too late")) == made
    assert zoom.simulator.lines("PATCH") == []


def test_a_meeting_that_is_gone_is_not_found_and_deleting_it_again_is_fine(zoom: Stage):
    made = zoom.client.create(HOST, wanted())
    zoom.client.delete(made.zoom_id)
    assert zoom.simulator.meetings() == []
    zoom.client.delete(made.zoom_id)
    with pytest.raises(NotFound):
        zoom.client.get(made.zoom_id)
    with pytest.raises(NotFound):
        zoom.client.update(made.zoom_id, wanted())


def test_a_delete_lets_zoom_mail_nobody(zoom: Stage):
    zoom.client.delete(zoom.client.create(HOST, wanted()).zoom_id)
    (line,) = zoom.simulator.lines("DELETE")
    assert line.endswith("?schedule_for_reminder=false&cancel_meeting_reminder=false")


def test_a_deletion_is_not_believed_of_something_that_is_not_zoom(stage: Callable[..., Stage]):
    zoom = stage(Canned)
    zoom.simulator.prepared = lambda _: Response("<h1>Not Found</h1>", 404, content_type="text/html")
    with pytest.raises(Unavailable, match="Something other than Zoom"):
        zoom.client.delete(81234567890)


def test_all_pages_are_listed(zoom: Stage, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(client_module, "PAGE_SIZE", 2)
    made = {zoom.client.create(HOST, wanted(reference=f"r{n}")).zoom_id for n in range(5)}
    zoom.client.create("host2@example.org", wanted())
    listed = list(zoom.client.scheduled(HOST))
    assert {meeting.zoom_id for meeting in listed} == made
    assert {meeting.reference for meeting in listed} == {f"r{n}" for n in range(5)}
    assert len(zoom.simulator.lines("GET /users/")) == 3


def test_a_list_that_never_ends_ends(stage: Callable[..., Stage]):
    zoom = stage(Canned)
    page = {"meetings": [{"id": 81234567890, "topic": "Once more"}, "nonsense", {"id": "x"}], "next_page_token": "same"}
    zoom.simulator.prepared = lambda _: Response(json.dumps(page), content_type="application/json")
    assert [meeting.zoom_id for meeting in zoom.client.scheduled(HOST)] == [81234567890] * 2


def test_a_list_that_is_none_is_not_an_empty_one(stage: Callable[..., Stage]):
    zoom = stage(Canned)
    zoom.simulator.prepared = lambda _: Response("{}", content_type="application/json")
    with pytest.raises(Unavailable):
        list(zoom.client.scheduled(HOST))


def test_meetings_are_found_by_reference_whole_and_the_lowest_id_first(zoom: Stage):
    twice = [zoom.client.create(HOST, wanted()) for _ in range(2)]
    zoom.client.create(HOST, wanted(reference="7f6c1f0e2"))
    zoom.client.create(HOST, wanted(reference="other", description="ref:7f6c1f0e"))
    found = zoom.client.find(HOST, "7f6c1f0e")
    assert found == sorted(twice, key=lambda meeting: meeting.zoom_id)
    assert all(meeting.passcode for meeting in found)
    assert zoom.client.find(HOST, "nobody") == []


def test_a_meeting_that_is_listed_and_not_shown_is_not_taken_for_absent(zoom: Stage):
    zoom.client.create(HOST, wanted())
    zoom.fault("404-false")
    with pytest.raises(Unavailable):
        zoom.client.find(HOST, "7f6c1f0e")


def test_an_api_address_with_v2_is_used_as_it_stands(zoom: Stage, clock: Clock):
    made = zoom.client.create(HOST, wanted())
    assert zoom.another(api_url=f"{zoom.url}/v2").get(made.zoom_id).zoom_id == made.zoom_id
    assert zoom.simulator.lines("GET /v2/meetings/")


def test_the_passcode_is_ours_where_we_say_one(zoom: Stage):
    made = zoom.client.create(HOST, wanted(passcode="Xy7@abcdef"))
    assert made.passcode == "Xy7@abcdef"
    assert "Xy7@abcdef" not in repr(made)
    assert "Xy7@abcdef" not in repr(wanted(passcode="Xy7@abcdef"))
    for bad in ("x" * 11, "with space", "åäö"):
        with pytest.raises(ValueError, match="passcode"):
            wanted(passcode=bad)


def test_a_workshop_waits_for_its_hosts_and_comes_in_muted(zoom: Stage):
    hosts = ("fia@example.org", "gun@example.org")
    made = zoom.client.create(HOST, wanted(waiting_room=True, muted=True, alternative_hosts=hosts))
    kept = made.settings
    assert (kept["waiting_room"], kept["join_before_host"], kept["mute_upon_entry"]) == (True, False, True)
    assert kept["alternative_hosts"] == "fia@example.org;gun@example.org"
    assert not made.otherwise(wanted(waiting_room=True, muted=True, alternative_hosts=("GUN@example.org", hosts[0])))
    zoom.client.update(made.zoom_id, wanted())
    (kept_now,) = zoom.simulator.meetings()
    assert kept_now.settings["join_before_host"]
    assert not kept_now.settings["waiting_room"]
    assert kept_now.settings["alternative_hosts"] == ""


def test_what_somebody_changed_at_zoom_is_mended_but_not_their_passcode_and_not_what_is_locked(zoom: Stage):
    made = zoom.client.create(HOST, wanted())
    zoom.simulator.set_passcode(made.zoom_id, "theirs")
    zoom.simulator.set_settings(made.zoom_id, waiting_room=True, join_before_host=False)
    locked = wanted(locked=frozenset({"waiting_room", "join_before_host"}))
    assert zoom.client.update(made.zoom_id, locked).settings["waiting_room"]
    assert not zoom.simulator.lines("PATCH")
    mended = zoom.client.update(made.zoom_id, wanted())
    assert (mended.settings["waiting_room"], mended.passcode) == (False, "theirs")
    assert len(zoom.simulator.lines("PATCH")) == 1


def test_a_change_is_paid_for_right_before_it_is_sent_and_not_where_nothing_is(zoom: Stage):
    made = zoom.client.create(HOST, wanted())
    spent: list[int] = []
    zoom.client.update(made.zoom_id, wanted(), spend=lambda: spent.append(1))
    assert not spent

    def refuse() -> None:
        raise HostQuota(zoom.clock.now)

    with pytest.raises(HostQuota):
        zoom.client.update(made.zoom_id, wanted(minutes=60), spend=refuse)
    assert not zoom.simulator.lines("PATCH")
    zoom.client.update(made.zoom_id, wanted(minutes=60), spend=lambda: spent.append(1))
    assert (spent, len(zoom.simulator.lines("PATCH"))) == ([1], 1)


def test_who_was_there_is_told_once_zoom_has_reported_it(zoom: Stage):
    made = zoom.client.create(HOST, wanted(starts_at=zoom.clock.now))
    with pytest.raises(NotFound):
        zoom.client.stays(made.zoom_id)
    first = zoom.simulator.join(made.zoom_id, "Maria", "Maria@example.org")
    zoom.clock.advance(minutes=1)
    second = zoom.simulator.join(made.zoom_id, "A guest")
    zoom.clock.advance(minutes=40)
    zoom.simulator.leave(made.zoom_id, first)
    zoom.simulator.leave(made.zoom_id, second)
    early = zoom.client.stays(made.zoom_id)
    assert [stay.left_at for stay in early] == [None, None]
    zoom.clock.advance(minutes=15)
    maria, guest = zoom.client.stays(made.zoom_id)
    assert (maria.email, guest.email) == ("maria@example.org", "")
    assert maria.left_at is not None
    assert (maria.left_at - maria.joined_at).total_seconds() == 41 * 60
    assert maria.key != guest.key


@pytest.mark.parametrize("uuids", [["/begins==", "a//b+c=="], ["a/b==", "plain=="]])
def test_every_run_is_asked_for_by_its_uuid_whatever_slashes_it_holds(zoom: Stage, monkeypatch, uuids: list[str]):
    monkeypatch.setattr(runs, "new_uuid", iter(uuids).__next__)
    made = zoom.client.create(HOST, wanted(starts_at=zoom.clock.now))
    for evening in range(2):
        numbers = [zoom.simulator.join(made.zoom_id, f"Guest {n} of run {evening}") for n in range(2 + evening)]
        zoom.clock.advance(minutes=20)
        for number in numbers:
            zoom.simulator.leave(made.zoom_id, number)
    zoom.clock.advance(minutes=20)
    found = zoom.client.stays(made.zoom_id)
    expected = {stay_key(uuid, f"{16_778_240 + 1024 * n}") for uuid, n in product(uuids, range(2))}
    assert {stay.key for stay in found} == expected | {stay_key(uuids[1], f"{16_778_240 + 2048}")}
    assert len(found) == 5


def test_zoom_reports_nobody_of_a_meeting_of_one(zoom: Stage):
    made = zoom.client.create(HOST, wanted(starts_at=zoom.clock.now))
    zoom.simulator.leave(made.zoom_id, zoom.simulator.join(made.zoom_id, "Maria"))
    zoom.clock.advance(minutes=20)
    assert zoom.client.stays(made.zoom_id) == []


def test_a_run_that_zoom_has_no_report_of_hides_no_other(stage: Callable[..., Stage]):
    zoom = stage(Canned)
    runs_of_it = {"meetings": [{"uuid": "alone=="}, {"uuid": "both=="}]}
    who = {"participants": [{"user_id": 1, "join_time": "2026-11-23T12:00:00Z", "leave_time": "", "duration": 0}]}

    def prepared(request: Request) -> Response:
        if "alone" in request.path:
            return answers.no_meeting("alone==")
        return answers.answer(200, runs_of_it if request.path.endswith("/instances") else who)

    zoom.simulator.prepared = prepared
    assert [stay.key for stay in zoom.client.stays(81234567890)] == [stay_key("both==", "1")]


def test_a_host_without_a_licence_is_told_as_such(stage: Callable[..., Stage]):
    strict = Strict("acc", "id", "secret-of-the-client", frozenset({HOST}), licences={HOST: 4})
    with pytest.raises(HostNotAllowed):
        stage(strict=strict).client.create(HOST, wanted())


def test_a_scope_that_the_app_lacks_is_named(stage: Callable[..., Stage]):
    scope = "meeting:delete:meeting:admin"
    strict = Strict("acc", "id", "secret-of-the-client", frozenset({HOST}), without=frozenset({scope}))
    zoom = stage(strict=strict)
    made = zoom.client.create(HOST, wanted())
    with pytest.raises(MissingScope, match=scope):
        zoom.client.delete(made.zoom_id)
    assert scope not in zoom.client.scopes()


@pytest.mark.parametrize("language", ["fr", "sv"])
def test_messages_in_another_language_change_nothing(stage: Callable[..., Stage], language):
    zoom = stage(language=language)
    with pytest.raises(NotFound):
        zoom.client.get(1)
    assert b"does not exist" not in zoom.simulator.exchanges[-1].response.get_data() or language == "en"
    zoom.simulator.revoke_tokens()
    zoom.client.create(HOST, wanted())
    zoom.client.delete(zoom.simulator.meetings()[0].id)
    zoom.client.delete(1)


def test_trouble_of_zoom_as_a_whole_is_told_from_trouble_of_one_call(stage: Callable[..., Stage]):
    zoom = stage()
    for fault, widespread in (
        ("500-before", True), ("drop-after", True), ("429-second", True), ("429-account", True), ("429-day", False),
    ):  # fmt: skip
        zoom.fault(fault)
        with pytest.raises(Retry) as caught:
            zoom.client.create(HOST, wanted())
        assert caught.value.widespread is widespread, fault

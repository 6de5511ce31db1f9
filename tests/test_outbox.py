"""The queue: in order within a stream, leased to one, fenced off from whoever overslept, never dropped."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event

from scheduler import outbox
from scheduler.db import Database
from scheduler.messages import KINDS, DeleteZoomMeeting, Message, SendInvite, SendReminder
from scheduler.models import Delivery
from scheduler.states import Change, Channel, DeliveryState, ReminderKind
from tests.builders import NOW, a_meeting, a_pair, a_programme, deliveries, some_hosts
from tests.crowds import in_between
from tests.test_messages import VERSION

LEASE = timedelta(minutes=3)


@pytest.fixture
def owed(database: Database) -> Database:
    """A database in which two mails and a Zoom meeting are owed."""
    with database.writing() as session:
        some_hosts(session, 1)
        a_meeting(session, a_pair(session, a_programme(session)))
    return database


def claim(
    database: Database, channel: Channel = Channel.MAIL, now: datetime = NOW, lease: timedelta = LEASE
) -> outbox.Claimed | None:
    with database.writing() as session:
        return outbox.claim(session, channel=channel, now=now, lease=lease)


def claimed_of(database: Database, channel: Channel = Channel.MAIL, now: datetime = NOW) -> outbox.Claimed:
    """The same, where there must be one."""
    found = claim(database, channel, now)
    assert found is not None
    return found


def put(database: Database, message: Message) -> int:
    with database.writing() as session:
        return outbox.put(session, message, programme_id=1, now=NOW).id


def states(database: Database) -> list[tuple[str, DeliveryState]]:
    with database.reading() as session:
        return [(row.kind, row.state) for row in deliveries(session)]


def test_a_channel_gives_its_deliveries_in_order_and_no_others(owed):
    first, second, third = claimed_of(owed), claimed_of(owed), claim(owed)
    assert (first.id, second.id, third) == (2, 3, None)
    assert claimed_of(owed, Channel.ZOOM).kind == "CreateZoomMeeting"


def test_nothing_is_given_before_it_is_due(owed):
    assert claim(owed, now=NOW - timedelta(seconds=1)) is None


def test_a_leased_delivery_is_given_again_only_when_the_lease_is_over(owed):
    first = claimed_of(owed)
    claimed_of(owed)
    assert claim(owed, now=NOW + LEASE - timedelta(seconds=1)) is None
    again = claimed_of(owed, now=NOW + LEASE)
    assert (again.id, again.attempt) == (first.id, 2)


def test_a_claim_says_since_when_an_earlier_attempt_is_in_doubt(owed):
    assert claimed_of(owed).doubt_since is None
    claimed_of(owed)
    assert claimed_of(owed, now=NOW + LEASE).doubt_since == NOW


@pytest.mark.parametrize("doubt", [None, NOW])
def test_a_postponed_delivery_keeps_its_doubt_or_its_certainty(owed, doubt):
    claimed = claimed_of(owed)
    with owed.writing() as session:
        outbox.postpone(session, claimed, until=NOW, reason="later", doubt_since=doubt)
    again = claimed_of(owed)
    assert (again.id, again.attempt, again.doubt_since) == (claimed.id, 2, doubt)


def test_a_stream_waits_for_its_first_and_other_streams_do_not(owed):
    put(owed, DeleteZoomMeeting(1, 1))
    create = claimed_of(owed, Channel.ZOOM)
    assert create.kind == "CreateZoomMeeting"
    assert claim(owed, Channel.ZOOM) is None, "the deletion must not overtake the creation"
    with owed.writing() as session:
        outbox.postpone(session, create, until=NOW + timedelta(hours=1), reason="429", doubt_since=None)
    assert claim(owed, Channel.ZOOM) is None
    assert claim(owed, Channel.MAIL) is not None, "a stuck stream holds up nobody else"
    late = claimed_of(owed, Channel.ZOOM, now=NOW + timedelta(hours=1))
    with owed.writing() as session:
        outbox.done(session, late, now=NOW)
    assert claimed_of(owed, Channel.ZOOM).kind == "DeleteZoomMeeting"


def test_a_failed_row_keeps_its_reason_and_lets_the_stream_go_on(owed):
    put(owed, DeleteZoomMeeting(1, 1))
    create = claimed_of(owed, Channel.ZOOM)
    with owed.writing() as session:
        outbox.fail(session, create, reason="a scope is missing", now=NOW)
    with owed.reading() as session:
        row = session.get_one(Delivery, create.id)
        assert (row.state, row.reason, row.finished_at) == (DeliveryState.FAILED, "a scope is missing", NOW)
    assert claimed_of(owed, Channel.ZOOM).kind == "DeleteZoomMeeting"


@pytest.mark.parametrize("end", ["done", "fail", "postpone"])
def test_who_overslept_the_lease_writes_nothing(owed, end):
    slow = claimed_of(owed)
    claimed_of(owed)
    quick = claimed_of(owed, now=NOW + LEASE)
    assert quick.id == slow.id
    ends = {
        "done": lambda session: outbox.done(session, slow, now=NOW),
        "fail": lambda session: outbox.fail(session, slow, reason="x", now=NOW),
        "postpone": lambda session: outbox.postpone(session, slow, until=NOW, reason="x", doubt_since=None),
    }
    with pytest.raises(outbox.LeaseLost), owed.writing() as session:
        ends[end](session)
    with owed.writing() as session:
        outbox.done(session, quick, now=NOW)
    with pytest.raises(outbox.LeaseLost), owed.writing() as session:
        ends[end](session)
    assert ("SendInvite", DeliveryState.DONE) in states(owed)


def test_a_new_request_replaces_an_unsent_one_and_a_cancel_replaces_nothing(owed):
    put(owed, SendInvite(1, 1, Change.MOVED, VERSION))
    put(owed, SendInvite(1, 1, Change.CANCELLED, VERSION))
    with owed.reading() as session:
        mine = [row for row in deliveries(session) if row.person_id == 1]
    assert [(row.payload["change"], row.state) for row in mine] == [
        ("booked", DeliveryState.SUPERSEDED),
        ("moved", DeliveryState.WAITING),
        ("cancelled", DeliveryState.WAITING),
    ]


def reminders_of(people: Iterable[int]) -> list[tuple[Message, int]]:
    return [(SendReminder(person, ReminderKind.HOUR, NOW + LEASE, NOW, 1), 1) for person in people]


def put_all(database: Database, owed: list[tuple[Message, int]]) -> None:
    with database.writing() as session:
        outbox.put_all(session, owed, now=NOW)


def test_messages_that_are_put_together_are_as_if_each_were_put(owed):
    put_all(owed, reminders_of([1, 2]))
    for message, _ in reminders_of([1, 2]):
        put(owed, message)
    with owed.reading() as session:
        together, singly = deliveries(session)[-4:-2], deliveries(session)[-2:]
        own = {"_sa_instance_state", "id", "state", "finished_at"}
        first, second = ([{k: v for k, v in vars(row).items() if k not in own} for row in rows]
                         for rows in (together, singly))  # fmt: skip
    assert first == second
    assert [row.person_id for row in together] == [1, 2], "ids in the order of putting"
    assert [(row.state, row.finished_at) for row in together] == [(DeliveryState.SUPERSEDED, NOW)] * 2


def test_messages_that_are_put_together_replace_what_is_unsent_and_not_begun(owed):
    put_all(owed, reminders_of([1, 2]))
    begun = next(row for row in (claimed_of(owed) for _ in range(4)) if row.kind == "SendReminder")
    put_all(owed, reminders_of([1, 2]))
    with owed.reading() as session:
        found = [(row.person_id, row.state) for row in deliveries(session) if row.kind == "SendReminder"]
        assert session.get_one(Delivery, begun.id).person_id == 1
    waiting, superseded = DeliveryState.WAITING, DeliveryState.SUPERSEDED
    assert found == [(1, waiting), (2, superseded), (1, waiting), (2, waiting)]


def test_of_no_messages_nothing_is_owed(owed):
    before = states(owed)
    put_all(owed, [])
    assert states(owed) == before


def test_a_row_in_hand_knows_that_it_is_superseded(owed):
    with owed.writing() as session:
        row = deliveries(session)[1]
        outbox.supersede(session, KINDS[row.kind].from_data(row.payload), now=NOW)
        assert (row.state, row.finished_at) == (DeliveryState.SUPERSEDED, NOW)


def test_a_request_that_somebody_began_to_send_is_not_replaced(owed):
    begun = claimed_of(owed)
    put(owed, SendInvite(1, 1, Change.MOVED, VERSION))
    with owed.reading() as session:
        assert session.get_one(Delivery, begun.id).state is DeliveryState.WAITING


def test_what_is_put_in_a_transaction_that_fails_was_never_owed(database):
    with database.writing() as session:
        programme = a_programme(session)
        pair = a_pair(session, programme)
    with pytest.raises(RuntimeError), database.writing() as session:
        a_meeting(session, session.merge(pair))
        raise RuntimeError("the power went")
    assert states(database) == []


def test_no_claim_walks_through_what_ever_went(sqlite):
    """Of years of mails a worker that claims reads those that wait: by an index of these alone."""
    sent = []
    event.listen(sqlite.engine, "before_cursor_execute", lambda *facts: sent.append(facts[2:4]))
    claim(sqlite)
    query, values = next(each for each in sent if each[0].startswith("SELECT"))
    with sqlite.reading() as session:
        plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", values).all()
    assert "USING INDEX ix_delivery_waiting" in plan[0].detail


# A mail that comes back


def came_back(session, number):
    return outbox.came_back(session, session.get_one(Delivery, number), reason="sent back", now=NOW)


def end_of(database, number):
    with database.reading() as session:
        row = session.get_one(Delivery, number)
        return row.state, row.reason, row.lease_until, row.doubt_since


BACK = (DeliveryState.FAILED, "sent back", None, None)


@pytest.mark.parametrize("first", ["back", "noted"])
def test_whichever_is_told_first_a_mail_that_came_back_has_failed(owed, first):
    """What is told second comes while the first is not committed yet."""
    claimed = claimed_of(owed)
    with owed.writing() as session:
        outbox.sends(session, claimed, message_id="<sealed@example.org>")
    steps = [
        lambda session: came_back(session, claimed.id),
        lambda session: outbox.done(session, claimed, now=NOW),
    ]
    told = iter(steps if first == "back" else reversed(steps))

    def tell(session):
        return next(told)(session)

    assert in_between(owed, tell) == ([True, "LeaseLost"] if first == "back" else [None, True])
    assert end_of(owed, claimed.id) == BACK


def test_a_mail_in_doubt_can_come_back_and_one_that_was_never_taken_cannot(owed):
    taken, refused = claimed_of(owed), claimed_of(owed)
    with owed.writing() as session:
        outbox.postpone(session, taken, until=NOW, reason="lost", doubt_since=NOW, dropped=True)
        outbox.postpone(session, refused, until=NOW, reason="451", doubt_since=None)
        assert came_back(session, taken.id)
        assert not came_back(session, refused.id)
        assert not came_back(session, taken.id), "it is known"
    assert end_of(owed, taken.id) == BACK
    assert claim(owed).id == refused.id, "what came back is not sent again by itself"

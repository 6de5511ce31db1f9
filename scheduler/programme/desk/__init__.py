"""What a coordinator sees. Every query here begins with the desk, so that nothing of other departments is in reach."""

from scheduler.programme.desk.glance import Glance, glance, lacks_link
from scheduler.programme.desk.history import ENTRIES, About, HistoryRow, history_count, history_rows
from scheduler.programme.desk.incoming import RECEIPTS, IncomingRow, incoming_count, incoming_rows
from scheduler.programme.desk.owed import (
    PAGE,
    DeliveryRow,
    deliveries_of_meeting,
    deliveries_of_person,
    delivery_counts,
    delivery_in_reach,
    delivery_rows,
)
from scheduler.programme.desk.pairs import (
    SILENT_AFTER,
    LinkState,
    PairRow,
    PairState,
    link_state,
    meetings_of_pair,
    pair_rows,
    proposals_of_pair,
)
from scheduler.programme.desk.people import (
    PersonRow,
    TimesState,
    meetings_of_person,
    pairs_of_person,
    people_rows,
    person_row,
    registrations_of_person,
    silent_of_pair,
)
from scheduler.programme.desk.pool import Hosted, HostRow, Pool, WeekHour, pool
from scheduler.programme.desk.reach import (
    meeting_in_reach,
    pair_in_reach,
    pairs_in_reach,
    person_in_reach,
)
from scheduler.programme.desk.turnout import Turnout, Wanted, turnout

__all__ = [
    "ENTRIES",
    "PAGE",
    "RECEIPTS",
    "SILENT_AFTER",
    "About",
    "DeliveryRow",
    "Glance",
    "HistoryRow",
    "HostRow",
    "Hosted",
    "IncomingRow",
    "LinkState",
    "PairRow",
    "PairState",
    "PersonRow",
    "Pool",
    "TimesState",
    "Turnout",
    "Wanted",
    "WeekHour",
    "deliveries_of_meeting",
    "deliveries_of_person",
    "delivery_counts",
    "delivery_in_reach",
    "delivery_rows",
    "glance",
    "history_count",
    "history_rows",
    "incoming_count",
    "incoming_rows",
    "lacks_link",
    "link_state",
    "meeting_in_reach",
    "meetings_of_pair",
    "meetings_of_person",
    "pair_in_reach",
    "pair_rows",
    "pairs_in_reach",
    "pairs_of_person",
    "people_rows",
    "person_in_reach",
    "person_row",
    "pool",
    "proposals_of_pair",
    "registrations_of_person",
    "silent_of_pair",
    "turnout",
]  # fmt: skip

// Reads calendars as ical.js does: a JSON list of them on stdin, what it found in each on stdout. The argument is ical.js.
import { readFileSync } from "node:fs";

const ICAL = (await import(process.argv[2])).default;

const text = (event, name) => event.getFirstPropertyValue(name);
const instant = (event, name) => new Date(text(event, name).toUnixTime() * 1000).toISOString();

const found = JSON.parse(readFileSync(0, "utf8")).map((calendar) =>
  new ICAL.Component(ICAL.parse(calendar)).getAllSubcomponents("vevent").map((event) => ({
    uid: text(event, "uid"),
    starts_at: instant(event, "dtstart"),
    ends_at: instant(event, "dtend"),
    summary: text(event, "summary"),
    sequence: text(event, "sequence"),
    attendees: event.getAllProperties("attendee").map((each) => [each.getFirstValue(), each.getParameter("cn") ?? ""]),
  })),
);
process.stdout.write(JSON.stringify(found));

// The week to paint: a grid of half hours beside the days' texts. Whatever is painted is written into the texts, and
// whatever is typed is shown in the grid; the texts are what is sent.
"use strict"; // windowsOf, textOf, joined, without, clockOf and DAY are times-texts.js's

{
  const HALF = 30, ROWS = DAY / HALF, MORNING = 7 * 2, NIGHT = 22 * 2, HOLD = 250, SLIP = 10;
  const box = document.getElementById("week-grid");
  const said = document.getElementById("week-said");
  const days = JSON.parse(box.dataset.days);
  const inputs = days.map((_, day) => document.getElementById(`week-${day}`));
  const cells = []; // [row][day]
  let week = [], at = { row: 17, day: 0 }, stroke = null, nightShown = false;

  const own = (day) => week[day] || [];
  const spill = (day) => own((day + 6) % 7).filter(([, end]) => end > DAY).map(([, end]) => [0, end - DAY]);
  const minutesIn = (day, row) => joined([...own(day), ...spill(day)])
    .reduce((sum, [low, high]) => sum + Math.max(0, Math.min(high, (row + 1) * HALF) - Math.max(low, row * HALF)), 0);

  function build() {
    const table = document.createElement("table");
    table.setAttribute("role", "grid");
    table.setAttribute("aria-label", box.dataset.grid);
    table.setAttribute("aria-multiselectable", "true");
    table.setAttribute("aria-describedby", "grid-help");
    const head = table.createTHead().insertRow();
    for (const [name, shortened] of [[box.dataset.time, ""], ...days.map((day) => [day, day.slice(0, 3)])]) {
      const cell = document.createElement("th");
      cell.scope = "col";
      const [seen, read] = [shortened, name].map((text) => Object.assign(document.createElement("span"), { textContent: text }));
      seen.setAttribute("aria-hidden", "true");
      read.className = "visually-hidden";
      cell.append(seen, read);
      head.append(cell);
    }
    const body = table.createTBody();
    for (let row = 0; row < ROWS; row += 1) {
      const line = body.insertRow();
      const hour = document.createElement("th");
      hour.scope = "row";
      const clock = document.createElement("span");
      clock.textContent = clockOf(row * HALF);
      if (row % 2) clock.className = "visually-hidden";
      hour.append(clock);
      line.append(hour);
      cells.push(days.map((day, number) => {
        const cell = line.insertCell();
        cell.tabIndex = -1;
        cell.dataset.row = row;
        cell.dataset.day = number;
        cell.setAttribute("aria-label", `${day} ${clockOf(row * HALF)}–${clockOf((row + 1) * HALF)}`);
        return cell;
      }));
    }
    const help = document.createElement("p");
    help.id = "grid-help";
    help.textContent = box.dataset.help;
    const night = document.createElement("button");
    night.type = "button";
    night.className = "btn btn-sm btn-outline-primary mt-2";
    night.addEventListener("click", () => showNight(!nightShown, night));
    box.append(help, table, night);
    box.hidden = false;
    return { table, night };
  }

  function showNight(whether, button) {
    nightShown = whether;
    cells.forEach((row, number) => { row[0].parentNode.hidden = !whether && (number < MORNING || number >= NIGHT); });
    button.textContent = whether ? box.dataset.less : box.dataset.night;
    if (!whether) at.row = Math.min(Math.max(at.row, MORNING), NIGHT - 1);
    draw();
  }

  function draw() {
    cells.forEach((row, number) => row.forEach((cell, day) => {
      const minutes = minutesIn(day, number);
      cell.setAttribute("aria-selected", minutes === HALF ? "true" : "false");
      cell.classList.toggle("part", minutes > 0 && minutes < HALF);
      cell.tabIndex = number === at.row && day === at.day ? 0 : -1;
    }));
  }

  function readTexts() {
    week = inputs.map((input) => windowsOf(input.value) || []);
    draw();
  }

  // A stroke goes from one half hour to another, and paints the rectangle between them.
  function begin(row, day) {
    const unread = inputs.findIndex((input) => windowsOf(input.value) === null);
    if (unread >= 0) {
      say(box.dataset.unread.replace("{day}", days[unread]));
      inputs[unread].focus();
      return;
    }
    stroke = { row, day, before: week.map((windows) => windows.map((each) => [...each])), adds: minutesIn(day, row) < HALF };
    reach(row, day);
  }

  function span(row, day) {
    const [top, bottom] = [Math.min(stroke.row, row), Math.max(stroke.row, row)];
    const [left, right] = [Math.min(stroke.day, day), Math.max(stroke.day, day)];
    return { from: top * HALF, to: (bottom + 1) * HALF, left, right };
  }

  function reach(row, day) {
    const { from, to, left, right } = span(row, day);
    week = stroke.before.map((windows) => windows.map((each) => [...each]));
    for (let each = left; each <= right; each += 1) {
      if (stroke.adds) {
        week[each] = joined([...week[each], [from, to]]);
      } else {
        week[each] = without(week[each], from, to);
        const yesterday = (each + 6) % 7; // whose night may reach into this day
        week[yesterday] = without(week[yesterday], from + DAY, to + DAY);
      }
    }
    at = { row, day };
    draw();
  }

  function end(row, day) {
    const { from, to, left, right } = span(row, day);
    week.forEach((windows, each) => {
      const text = textOf(windows);
      if (text !== textOf(stroke.before[each])) inputs[each].value = text;
    });
    const which = left === right ? days[left] : `${days[left]}–${days[right]}`;
    say((stroke.adds ? box.dataset.chosen : box.dataset.taken).replace("{what}", `${which} ${clockOf(from)}–${clockOf(to)}`));
    stroke = null;
    readTexts();
  }

  function undo() {
    if (stroke) {
      week = stroke.before;
      stroke = null;
      draw();
    }
  }

  function say(sentence) {
    said.textContent = sentence;
  }

  function go(row, day) {
    const [low, high] = nightShown ? [0, ROWS - 1] : [MORNING, NIGHT - 1];
    at = { row: Math.min(Math.max(row, low), high), day: Math.min(Math.max(day, 0), 6) };
    draw();
    cells[at.row][at.day].focus();
  }

  const { table, night } = build();
  readTexts();
  const byNight = cells.some((row, number) => (number < MORNING || number >= NIGHT) && row.some((_, day) => minutesIn(day, number)));
  showNight(byNight, night);
  inputs.forEach((input) => input.addEventListener("input", readTexts));

  table.addEventListener("keydown", (event) => {
    const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], PageUp: [-4, 0], PageDown: [4, 0], Home: [0, -6], End: [0, 6] };
    const step = steps[event.key];
    if (step && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      if (event.shiftKey && !stroke) begin(at.row, at.day);
      go(at.row + step[0], at.day + step[1]);
      if (event.shiftKey && stroke) reach(at.row, at.day);
    } else if (event.key === " " || event.key === "Enter") {
      event.preventDefault();
      if (!stroke) begin(at.row, at.day);
      if (stroke) end(at.row, at.day);
    } else if (event.key === "Escape") {
      undo();
    }
  });
  table.addEventListener("keyup", (event) => {
    if (event.key === "Shift" && stroke) end(at.row, at.day);
  });
  table.addEventListener("focusout", () => {
    if (stroke && !stroke.pointer && !table.matches(":focus-within")) end(at.row, at.day);
  });

  // A mouse paints at once. A finger taps one half hour, or holds still and then paints; moved at once, it scrolls.
  const placeOf = (event) => {
    const cell = document.elementFromPoint(event.clientX, event.clientY)?.closest("td[data-row]");
    return cell && table.contains(cell) ? { row: Number(cell.dataset.row), day: Number(cell.dataset.day) } : null;
  };
  let finger = null;
  const start = (place) => {
    begin(place.row, place.day);
    if (stroke) stroke.pointer = true;
  };
  const settle = () => {
    clearTimeout(finger?.timer);
    finger = null;
  };
  table.addEventListener("pointerdown", (event) => {
    const place = placeOf(event);
    if (!place || event.button !== 0) return;
    if (event.pointerType === "mouse") {
      start(place);
    } else {
      finger = { place, x: event.clientX, y: event.clientY, timer: setTimeout(() => start(place), HOLD) };
    }
  });
  table.addEventListener("mousedown", (event) => { if (!stroke && !finger) event.preventDefault(); }); // the focus is at what to mend
  document.addEventListener("pointermove", (event) => {
    if (stroke?.pointer) {
      const place = placeOf(event);
      if (place) reach(place.row, place.day);
    } else if (finger && Math.hypot(event.clientX - finger.x, event.clientY - finger.y) > SLIP) {
      settle();
    }
  });
  document.addEventListener("pointerup", () => {
    if (!stroke && finger) start(finger.place);
    settle();
    if (stroke?.pointer) end(at.row, at.day);
  });
  document.addEventListener("pointercancel", () => {
    settle();
    if (stroke?.pointer) undo();
  });
  table.addEventListener("touchmove", (event) => { if (stroke?.pointer) event.preventDefault(); }, { passive: false });
  table.addEventListener("contextmenu", (event) => { if (stroke?.pointer || finger) event.preventDefault(); });
}

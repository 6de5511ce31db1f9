// A page about something that goes on looks again by itself: what is marked data-again is fetched anew, and what is
// the same stays untouched, so that nothing is read out twice. Once nothing is marked any more, the whole page is new.
"use strict";

const EVERY = 5000; // milliseconds

async function lookAgain() {
  const answer = await fetch(location.href).catch(() => null);
  if (answer && answer.ok) {
    const found = new DOMParser().parseFromString(await answer.text(), "text/html").querySelectorAll("[data-again]");
    if (found.length === 0) {
      location.reload();
      return;
    }
    document.querySelectorAll("[data-again]").forEach((part, number) => {
      if (found[number] && part.innerHTML !== found[number].innerHTML) {
        part.replaceChildren(...found[number].childNodes);
      }
    });
  }
  setTimeout(lookAgain, EVERY);
}

if (document.querySelector("[data-again]")) {
  setTimeout(lookAgain, EVERY);
}

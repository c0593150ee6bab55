// What pages do beyond what they already do without it: times in the reader's zone, passages that find each other,
// files that are dropped, forms that outlive a session, a desk that is kept up to date, printing.
"use strict";

const inZone = new Intl.DateTimeFormat(undefined, {
  day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", timeZoneName: "short",
});
function putInZone(part) {
  for (const time of part.querySelectorAll("time[datetime]")) {
    const moment = new Date(time.dateTime);
    if (Number.isNaN(moment.getTime())) continue;
    time.title = time.textContent;
    time.textContent = inZone.format(moment);
  }
}
putInZone(document);

// A time is entered in the reader's zone, too, and sent in UTC, in which the page has it. The browser may have put back
// what was entered before the reader went on and came back.
const zone = document.querySelector("[data-zone]");
if (zone) {
  const field = document.getElementById(zone.closest("label").htmlFor);
  const written = (moment) => moment.toISOString().slice(0, "2026-03-03T11:40:00".length);
  zone.textContent = "(your time)";
  let given = null; // as it is shown
  if (field.defaultValue && field.value === field.defaultValue) {
    const moment = new Date(`${field.defaultValue}Z`);
    field.value = written(new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000));
    given = field.value;
  }
  field.form.addEventListener("formdata", (event) => {
    if (!field.value) return;
    // What nobody changed stays as it is: when clocks are put back, a local time is two moments.
    const sent = field.value === given ? field.defaultValue : written(new Date(field.value));
    event.formData.set(field.name, sent);
  });
}

for (const one of document.querySelectorAll("[data-scripted]")) one.hidden = false;
// On paper, only a whole address leads back.
for (const one of document.querySelectorAll("[data-address]")) one.textContent = one.href;
document.querySelector("[data-print]")?.addEventListener("click", () => window.print());

// Passages: to point at one, or to come to it by keyboard, shows its counterpart in the other text.
const panes = [...document.querySelectorAll("[data-pane]")];
let lit = null;

function showIn(pane, passage) {
  const top = passage.offsetTop - pane.clientHeight / 3;
  if (passage.offsetTop < pane.scrollTop || passage.offsetTop > pane.scrollTop + pane.clientHeight - 60) {
    pane.scrollTo({ top });
  }
}

// Where passages overlap, the first number is the one that is shown.
const numberOf = (one) => one.dataset.p.split(" ")[0];

function light(number, from) {
  if (number === lit) return;
  for (const one of document.querySelectorAll(".lit")) one.classList.remove("lit");
  lit = number;
  if (number === null) return;
  for (const one of document.querySelectorAll(`[data-p~="${number}"]`)) one.classList.add("lit");
  for (const pane of panes) {
    const passage = pane.querySelector(`[data-p~="${number}"]`);
    if (passage && !pane.contains(from)) showIn(pane, passage);
  }
}

if (panes.length) {
  const follow = (event) => {
    const one = event.target.closest?.("[data-p]");
    if (one) light(numberOf(one), one);
  };
  document.addEventListener("pointerover", follow);
  document.addEventListener("focusin", follow);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") light(null); });
  document.addEventListener("click", (event) => {
    const one = event.target.closest?.("a.passage, .ribbon");
    if (!one) return;
    light(numberOf(one), one);
    const there = document.getElementById(one.matches("a") ? one.hash.slice(1) : `a${numberOf(one)}`)?.closest("a");
    if (!there) return;
    event.preventDefault();
    there.focus({ preventScroll: true });
    for (const pane of panes) if (pane.contains(there)) showIn(pane, there);
    const box = there.getBoundingClientRect();
    if (box.top < 0 || box.bottom > window.innerHeight) there.closest(".pane").scrollIntoView({ block: "nearest" });
  });
}

// Where somebody has typed much, the session may have ended meanwhile, and a refused form would be lost.
for (const form of document.querySelectorAll("form[data-asks-first]")) {
  let asked = false;
  form.addEventListener("submit", async (event) => {
    if (asked) return;
    event.preventDefault();
    const answer = await fetch("/desk/latest").catch(() => null);
    const signedOut = answer?.status === 401;
    form.querySelector("[data-signed-out]").hidden = !signedOut;
    if (signedOut) return;
    asked = true;
    form.requestSubmit(event.submitter);
    asked = false;
  });
}

// A file may be dropped anywhere on the form.
const drop = document.querySelector("[data-drop]");
if (drop) {
  const form = drop.closest("form");
  const field = drop.querySelector("input[type=file]");
  const over = (event) => {
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    form.classList.add("dropping");
  };
  form.addEventListener("dragenter", over);
  form.addEventListener("dragover", over);
  form.addEventListener("dragleave", (event) => { if (!form.contains(event.relatedTarget)) form.classList.remove("dropping"); });
  form.addEventListener("drop", (event) => {
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    form.classList.remove("dropping");
    field.files = event.dataTransfer.files;
  });
}

// The desk is shown anew when something was stored, or when something is still to be found out. Nobody's filling in of
// the form is disturbed. The service tells it as an event; where it cannot, it is asked now and then.
const LOOK_EVERY = 10_000;
const GO_ON_AFTER = 1_000;
let events = null;
let heard = null; // what was stored last, as an event told

const refusal = (answer) => Object.assign(new Error(`status ${answer.status}`), { status: answer.status });

// What is on the desk and may be of yesterday must not pass for news.
function tellStale(why) {
  for (const one of document.querySelectorAll("[data-stale]")) one.hidden = one.dataset.stale !== why;
}

async function refresh(live) {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok) throw refusal(answer);
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("live");
  if (!fresh) return;
  putInZone(fresh);
  live.replaceWith(fresh);
  document.querySelector("[data-said]").textContent = "The pickups were updated.";
}

function listen(live) {
  if (events || document.hidden || !window.EventSource) return;
  events = new EventSource(`/desk/events?after=${encodeURIComponent(live.dataset.live)}`);
  events.addEventListener("stored", (event) => {
    heard = event.data;
    watch();
  });
  events.addEventListener("error", () => {
    if (events?.readyState === EventSource.CLOSED) watch(); // refused: it is asked why
  });
}

function stopListening() {
  events?.close();
  events = null;
}

async function isOutOfDate(live) {
  if ("pending" in live.dataset) return true;
  if (events?.readyState === EventSource.OPEN) return heard !== null && heard !== live.dataset.live;
  const answer = await fetch("/desk/latest");
  if (!answer.ok) throw refusal(answer);
  return (await answer.json()).latest !== live.dataset.live;
}

let next = null;
async function watch() {
  clearTimeout(next);
  const live = document.querySelector("[data-live]");
  let wait = LOOK_EVERY;
  try {
    if (!document.hidden && !live.contains(document.activeElement)) {
      listen(live);
      if (await isOutOfDate(live)) await refresh(live);
      tellStale(null);
    }
    if ("pending" in document.querySelector("[data-live]").dataset) wait = GO_ON_AFTER;
  } catch (error) {
    tellStale(error.status === 401 ? "signed out" : "no answer");
    wait = 6 * LOOK_EVERY;
  }
  clearTimeout(next);
  next = setTimeout(watch, wait);
}
if (document.querySelector("[data-live]")) {
  next = setTimeout(watch, GO_ON_AFTER);
  document.addEventListener("visibilitychange", () => { if (document.hidden) stopListening(); else watch(); });
}

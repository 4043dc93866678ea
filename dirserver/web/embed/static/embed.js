// SPDX-License-Identifier: GPL-3.0-or-later
// Inside the frame: search while typing, and tell the page around how high it is. It works without this script too.
"use strict";

const form = document.querySelector("form.search");
const box = form.elements.q;
const results = document.getElementById("results");
const status = document.getElementById("status");
let asked = box.defaultValue.trim(); // what the results beneath were made for, not what somebody typed before this ran
let pause = 0;
let running = null;

async function ask() {
  const query = box.value.trim();
  if (query === asked) return;
  asked = query;
  running?.abort();
  running = new AbortController();
  const part = new URL(form.action);
  part.searchParams.set("q", query);
  part.searchParams.set("part", "results");
  try {
    const answer = await fetch(part, { signal: running.signal, credentials: "omit" });
    // Too many searches: the answer says so in words.
    if (!answer.ok && answer.status !== 429) throw new Error(String(answer.status));
    results.innerHTML = await answer.text();
    status.textContent = results.firstElementChild?.dataset.status ?? "";
  } catch (error) {
    if (error.name !== "AbortError") asked = null;
  }
}

box.addEventListener("input", () => {
  clearTimeout(pause);
  pause = setTimeout(ask, 120);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  clearTimeout(pause);
  ask();
});
ask();

if (parent !== window) {
  // How high it is may be known to anybody; the page around checks who says so.
  const tell = () => parent.postMessage({ dirserverHeight: Math.ceil(document.querySelector("main").getBoundingClientRect().height) }, "*");
  new ResizeObserver(tell).observe(document.querySelector("main"));
  tell();
}

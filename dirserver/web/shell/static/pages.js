// SPDX-License-Identifier: GPL-3.0-or-later
// Makes the pages nicer; all of them work without it. Texts come from the page, never from here.
"use strict";

const live = document.querySelector("form.search");

/** Search while typing: ask for the results only, and let a newer question overtake an older one. */
function searchWhileTyping(form) {
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
    const shown = new URL(form.action);
    for (const [name, value] of new FormData(form)) if (name !== "q") shown.searchParams.append(name, value);
    if (query) shown.searchParams.set("q", query);
    const part = new URL(shown);
    part.searchParams.set("part", "results");
    const slow = setTimeout(() => results.classList.add("is-waiting"), 250);
    try {
      const answer = await fetch(part, { signal: running.signal, credentials: "same-origin" });
      if (!answer.ok) {
        location.assign(shown);
        return;
      }
      results.innerHTML = await answer.text();
      status.textContent = results.firstElementChild?.dataset.status ?? "";
      history.replaceState(null, "", shown);
    } catch (error) {
      if (error.name !== "AbortError") asked = null;
    } finally {
      clearTimeout(slow);
      results.classList.remove("is-waiting");
    }
  }

  box.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(ask, 90);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(pause);
    ask();
    results.querySelector(".row-name")?.focus();
  });
  ask();
}

/** "/" goes to the search, arrows walk the list, Escape leads back to the search and empties it. */
function walkWithKeys(form) {
  const box = form.elements.q;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const here = document.activeElement;
    const isTyping = here.matches("input, textarea, select");
    if (event.key === "/" && !isTyping) {
      event.preventDefault();
      box.focus();
      box.select();
      return;
    }
    if (event.key === "Escape" && here === box && box.value) {
      event.preventDefault();
      box.value = "";
      box.dispatchEvent(new Event("input"));
      return;
    }
    if (event.key === "Escape" && here.closest("#results .row")) {
      box.focus();
      box.select();
      return;
    }
    if ((event.key !== "ArrowDown" && event.key !== "ArrowUp") || (isTyping && here !== box)) return;
    const names = [...document.querySelectorAll("#results .row-name")];
    const at = names.indexOf(here.closest(".row")?.querySelector(".row-name"));
    if (here !== box && at < 0) return;
    event.preventDefault();
    const next = event.key === "ArrowDown" ? at + 1 : at - 1;
    (next < 0 ? box : names[Math.min(next, names.length - 1)])?.focus();
  });
}

/** An empty input more for fields that may have several values, on demand instead of always. */
function addValues() {
  for (const button of document.querySelectorAll(".add-value")) {
    button.hidden = false;
    const last = [...button.parentElement.querySelectorAll("input")].slice(1).at(-1);
    if (last && !last.value) last.remove();
    button.addEventListener("click", () => {
      const inputs = [...button.parentElement.querySelectorAll("input")];
      const free = inputs.find((input) => !input.value);
      if (free) {
        free.focus();
        return;
      }
      const fresh = inputs.at(-1).cloneNode();
      fresh.value = "";
      fresh.id = `${button.dataset.name}-${inputs.length + 1}`;
      fresh.removeAttribute("aria-invalid");
      fresh.removeAttribute("aria-describedby");
      button.before(fresh);
      fresh.focus();
    });
  }
}

/** Copies a secret. Not offered where the browser has no clipboard (plain http). */
function copySecrets() {
  for (const button of document.querySelectorAll("[data-copy]")) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
      button.textContent = button.dataset.done;
    });
  }
}

/** A menu closes when one clicks or tabs elsewhere, or presses Escape. */
function closeMenus() {
  const menu = document.querySelector("details.account");
  if (!menu) return;
  const close = (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  };
  document.addEventListener("click", close);
  document.addEventListener("focusin", close);
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}

if (live) {
  document.documentElement.classList.add("is-live");
  searchWhileTyping(live);
  walkWithKeys(live);
}
addValues();
copySecrets();
closeMenus();

// A row of tabs that is wider than the screen begins where one is.
for (const row of document.querySelectorAll(".menu, .tabs, .desk-tabs, .admin-menu")) {
  const current = row.querySelector("[aria-current]");
  if (!current || row.scrollWidth <= row.clientWidth) continue;
  const [at, frame] = [current.getBoundingClientRect(), row.getBoundingClientRect()];
  if (at.left < frame.left || at.right > frame.right) row.scrollLeft += at.left + at.width / 2 - frame.left - frame.width / 2;
}

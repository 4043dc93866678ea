// SPDX-License-Identifier: GPL-3.0-or-later
// Makes the form of an entry nicer; it works without. Texts come from the page and the server, never from here.
"use strict";

const form = document.querySelector("form.profile");

/** What would be stored, or what is wrong with it, below the field that somebody just left. */
function checkWhileTyping() {
  const kinds = new Set(["tel", "email", "url", "date", "language"]);
  const running = new Map();

  function place(input) {
    const id = `${input.id}-checked`;
    let line = document.getElementById(id);
    if (!line) {
      line = document.createElement("p");
      line.id = id;
      line.className = "checked";
      line.setAttribute("role", "status");
      input.after(line);
    }
    return line;
  }

  async function check(input) {
    const line = place(input);
    running.get(input)?.abort();
    if (!input.value.trim() || input.value === input.defaultValue) {
      line.textContent = "";
      line.classList.remove("is-bad");
      if (!input.value.trim()) input.removeAttribute("aria-invalid");
      return;
    }
    const stop = new AbortController();
    running.set(input, stop);
    const sent = new FormData();
    sent.set("csrf_token", form.elements.csrf_token.value);
    sent.set("attribute", input.name);
    sent.set("text", input.value);
    sent.set("region", form.dataset.region);
    try {
      const answer = await fetch(form.dataset.check, { method: "POST", body: sent, signal: stop.signal, credentials: "same-origin" });
      if (!answer.ok) return;
      const told = await answer.json();
      line.textContent = told.problem || (told.shown === input.value.trim() ? "" : `→ ${told.shown}`);
      line.classList.toggle("is-bad", Boolean(told.problem));
      if (told.problem) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
      const described = new Set((input.getAttribute("aria-describedby") || "").split(" ").filter(Boolean));
      input.setAttribute("aria-describedby", [...described.add(line.id)].join(" "));
    } catch (error) {
      if (error.name !== "AbortError") line.textContent = "";
    }
  }

  const pauses = new WeakMap();
  form.addEventListener("input", (event) => {
    const input = event.target;
    if (!kinds.has(input.dataset.kind)) return;
    clearTimeout(pauses.get(input));
    pauses.set(input, setTimeout(check, 400, input));
  });
  form.addEventListener("change", (event) => {
    if (!kinds.has(event.target.dataset.kind)) return;
    clearTimeout(pauses.get(event.target));
    check(event.target);
  });
}

/** The chosen photo in a square: moved by dragging or with the arrow keys, made larger with the slider. The server cuts it. */
function cropPhoto() {
  const chosen = document.getElementById("photo");
  const box = document.getElementById("crop");
  if (!chosen || !box) return;
  const told = document.getElementById("photo-told");
  const canvas = box.querySelector("canvas");
  const zoom = box.querySelector("input[type=range]");
  const [left, top, side] = ["crop_left", "crop_top", "crop_side"].map((name) => form.elements[name]);
  let image = null;
  let middle = { x: 0, y: 0 };

  function draw() {
    const shorter = Math.min(image.width, image.height);
    const edge = shorter / Number(zoom.value);
    const x = Math.min(Math.max(middle.x - edge / 2, 0), image.width - edge);
    const y = Math.min(Math.max(middle.y - edge / 2, 0), image.height - edge);
    middle = { x: x + edge / 2, y: y + edge / 2 };
    const pen = canvas.getContext("2d");
    pen.fillStyle = "white";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(image, x, y, edge, edge, 0, 0, canvas.width, canvas.height);
    left.value = (x / image.width).toFixed(5);
    top.value = (y / image.height).toFixed(5);
    side.value = (edge / shorter).toFixed(5);
  }

  function move(dx, dy) {
    const edge = Math.min(image.width, image.height) / Number(zoom.value);
    const scale = edge / canvas.getBoundingClientRect().width;
    middle = { x: middle.x - dx * scale, y: middle.y - dy * scale };
    draw();
  }

  chosen.addEventListener("change", async () => {
    box.hidden = true;
    left.value = top.value = side.value = "";
    told.textContent = "";
    chosen.removeAttribute("aria-invalid");
    const file = chosen.files[0];
    if (!file) return;
    try {
      if (file.size > Number(chosen.dataset.most)) throw new RangeError(chosen.dataset.tooLarge);
      if (/\.(hei[cf]|avif)$/i.test(file.name)) throw new RangeError(chosen.dataset.heic);
      image = await createImageBitmap(file, { imageOrientation: "from-image" });
    } catch (error) {
      // What is too large would be refused before the server looks at the rest of the form.
      if (file.size > Number(chosen.dataset.most)) chosen.value = "";
      told.textContent = error instanceof RangeError ? error.message : chosen.dataset.unreadable;
      chosen.setAttribute("aria-invalid", "true");
      return;
    }
    middle = { x: image.width / 2, y: image.height > image.width ? image.width / 2 + (image.height - image.width) / 3 : image.height / 2 };
    zoom.value = 1;
    box.hidden = false;
    draw();
  });
  zoom.addEventListener("input", draw);
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    canvas.focus({ preventScroll: true });
  });
  canvas.addEventListener("pointermove", (event) => {
    if (canvas.hasPointerCapture(event.pointerId)) move(event.movementX, event.movementY);
  });
  canvas.addEventListener("keydown", (event) => {
    const steps = { ArrowLeft: [-8, 0], ArrowRight: [8, 0], ArrowUp: [0, -8], ArrowDown: [0, 8] };
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    move(...step);
  });
}

if (form) {
  checkWhileTyping();
  cropPhoto();
}

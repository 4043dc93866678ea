// SPDX-License-Identifier: GPL-3.0-or-later
// Passkeys: a form with data-passkey asks the browser for one and sends its answer in the field "answer".
// Without this script, or without WebAuthn, the form stays hidden and the page says so.
"use strict";

/** base64url, as the server writes octets, to octets. */
function octets(text) {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (char) => char.charCodeAt(0));
}

/** Octets to base64url; nothing stays nothing. */
function text(buffer) {
  if (!buffer) return undefined;
  const plain = Array.from(new Uint8Array(buffer), (octet) => String.fromCharCode(octet)).join("");
  return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

/** The server's options as the browser takes them (WebAuthn sections 5.4 and 5.5). */
function asked(options) {
  const described = (list) => (list ?? []).map((each) => ({ ...each, id: octets(each.id) }));
  const made = { ...options, challenge: octets(options.challenge) };
  if (options.user) made.user = { ...options.user, id: octets(options.user.id) };
  if (options.excludeCredentials) made.excludeCredentials = described(options.excludeCredentials);
  if (options.allowCredentials) made.allowCredentials = described(options.allowCredentials);
  return made;
}

/** The browser's answer as JSON. */
function answered(credential) {
  const given = credential.response;
  return JSON.stringify({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
    clientExtensionResults: {},
    response: {
      clientDataJSON: text(given.clientDataJSON),
      attestationObject: text(given.attestationObject),
      authenticatorData: given.attestationObject ? undefined : text(given.authenticatorData),
      signature: text(given.signature),
      userHandle: text(given.userHandle),
    },
  });
}

async function use(form) {
  const problem = form.querySelector("[data-failed]");
  problem.hidden = true;
  try {
    const said = await fetch(form.dataset.options, { credentials: "same-origin", headers: { Accept: "application/json" } });
    if (said.redirected || !said.ok) {
      location.reload();
      return;
    }
    const publicKey = asked(await said.json());
    const isNew = form.dataset.passkey === "create";
    const credential = await (isNew ? navigator.credentials.create({ publicKey }) : navigator.credentials.get({ publicKey }));
    form.elements.answer.value = answered(credential);
    form.submit();
  } catch {
    problem.hidden = false;
  }
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const missing = form.parentElement.querySelector("[data-no-passkeys]");
  if (!window.PublicKeyCredential) continue;
  if (missing) missing.hidden = true;
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    use(form);
  });
}

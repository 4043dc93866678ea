// SPDX-License-Identifier: GPL-3.0-or-later
// What thunderbird.py runs inside Thunderbird, in front of each of its calls: its address book as its own windows use it.

const { MailServices } = ChromeUtils.importESModule("resource:///modules/MailServices.sys.mjs");
const { generateQueryURI, getModelQuery, getSearchTokens } = ChromeUtils.importESModule("resource:///modules/ABQueryUtils.sys.mjs");
const { CardDAVUtils } = ChromeUtils.importESModule("resource:///modules/CardDAVUtils.sys.mjs");
const { CardDAVDirectory } = ChromeUtils.importESModule("resource:///modules/CardDAVDirectory.sys.mjs");

const pause = ms => new Promise(resolve => window.setTimeout(resolve, ms));

async function until(isSo, what) {
  for (const start = Date.now(); Date.now() - start < 45_000; await pause(20)) {
    const value = await isSo();
    if (value) {
      return value;
    }
  }
  throw new Error(`not in time: ${what}`);
}

const find = name => MailServices.ab.directories.find(book => book.dirName == name);
const dav = name => CardDAVDirectory.forFile(find(name).fileName);

async function found(login, password, location) {
  // Two looks in one hundredth of a second share a login, and Thunderbird then forgets to keep it.
  await pause(30);
  return CardDAVUtils.detectAddressBooks(login, password, location, false, true);
}

const card = (name, uid) => find(name).childCards.find(each => each.UID == uid);

async function discover(login, password, location) {
  return (await found(login, password, location)).map(book => [book.name, book.url.pathname]);
}

// As the dialog "Add CardDAV Address Book" does when every book in it is ticked.
async function connect(login, password, location) {
  for (const book of await found(login, password, location)) {
    const made = await book.create();
    await until(() => made._syncToken && !made._syncInProgress, `first copy of ${book.name}`);
  }
}

function books() {
  const ours = MailServices.ab.directories.filter(book => book.dirType == Ci.nsIAbManager.CARDDAV_DIRECTORY_TYPE);
  return ours.map(book => ({ name: book.dirName, is_read_only: book.readOnly, count: book.childCardCount }));
}

function cards(name) {
  return Object.fromEntries(find(name).childCards.map(each => [each.UID, each.getProperty("_vCard", "")]));
}

// Thunderbird speaks of a card that it sent only with its next answer; this is the tag of that answer.
const tag = (name, uid) => card(name, uid).getProperty("_etag", "");

const waiting = name => [...dav(name)._uidsToSync, ...dav(name)._hrefsToRemove];

async function sync(name) {
  await dav(name).syncWithServer();
}

async function setToken(name, token) {
  dav(name)._syncToken = token;
}

// What the box for recipients offers while somebody types: from books ("addrbook"), or from the LDAP directory of the settings ("ldap").
async function complete(text, source) {
  const search = Cc[`@mozilla.org/autocomplete/search;1?name=${source}`].createInstance(Ci.nsIAutoCompleteSearch);
  const parameters = JSON.stringify({ type: "addr_to", idKey: "" });
  const result = await new Promise(resolve => {
    search.startSearch(text, parameters, null, {
      onSearchResult(_, answer) {
        if (answer.searchResult != Ci.nsIAutoCompleteResult.RESULT_SUCCESS_ONGOING) {
          resolve(answer);
        }
      },
    });
  });
  return Array.from({ length: result.matchCount }, (_, number) => result.getValueAt(number));
}

// The address book's tab, with a card open in it.
async function show(name, uid) {
  const shown = card(name, uid);
  const page = await window.toAddressBook(["cmd_displayContact", shown]);
  await until(() => page.detailsPane.currentCard?.UID == uid && !page.detailsPane.isEditing, "the card is shown");
  return page;
}

// What the card's page says, its lines of text, and the photo's width when it could be drawn.
async function read(name, uid) {
  const { document: page } = await show(name, uid);
  const photo = page.querySelector("#viewContact .contact-photo");
  await until(() => photo.complete, "the photo is there");
  return {
    text: page.getElementById("viewContact").innerText,
    can_be_edited: !page.getElementById("editButton").hidden,
    photo_width: photo.src.startsWith("chrome:") ? 0 : photo.naturalWidth,
  };
}

// Type into the form, field by field (by CSS selector), and save it.
async function edit(name, uid, fields) {
  const page = await show(name, uid);
  page.document.getElementById("editButton").click();
  await until(() => page.detailsPane.isEditing, "the form is open");
  await fill(page, fields);
}

async function create(name, fields) {
  const before = new Set(find(name).childCards.map(each => each.UID));
  const page = await window.toAddressBook(["cmd_displayAddressBook", find(name).UID]);
  page.commandController.doCommand("cmd_newCard");
  await until(() => page.detailsPane.isEditing, "the form is open");
  await fill(page, fields);
  return find(name).childCards.map(each => each.UID).find(uid => !before.has(uid));
}

async function fill(page, fields) {
  for (const [selector, value] of Object.entries(fields)) {
    const field = await until(() => page.document.querySelector(selector), selector);
    field.value = value;
    field.dispatchEvent(new page.Event("input", { bubbles: true }));
    field.dispatchEvent(new page.Event("change", { bubbles: true }));
  }
  page.document.getElementById("saveEditButton").click();
  await until(() => !page.detailsPane.isEditing, "the form is closed");
}

function remove(name, uid) {
  find(name).deleteCards([card(name, uid)]);
}

// As a Thunderbird that was set up while the book could still be written.
function believeWritable(name) {
  find(name).setBoolValue("readOnly", false);
}

// What it says when it is asked to change a card in a book that it believes to be for reading only.
async function refusal(name, uid) {
  try {
    find(name).modifyCard(card(name, uid));
  } catch (error) {
    return `${error}`;
  }
  return "";
}

// Until no request has been under way for a moment: for what Thunderbird sends and never speaks of again.
async function idle() {
  let running = 0;
  let last = Date.now();
  const watch = { observe: (_, topic) => { running += topic.endsWith("start") ? 1 : -1; last = Date.now(); } };
  const topics = ["addrbook-directory-request-start", "addrbook-directory-request-end"];
  topics.forEach(topic => Services.obs.addObserver(watch, topic));
  await until(() => running <= 0 && Date.now() - last > 500, "nothing is under way");
  topics.forEach(topic => Services.obs.removeObserver(watch, topic));
}

const ldap = name => find(name).QueryInterface(Ci.nsIAbLDAPDirectory);

// As the dialog "Add LDAP Directory" does, with the password that was typed when it was first asked for.
async function addLdap(name, uri, dn, password) {
  MailServices.ab.newAddressBook(name, uri, Ci.nsIAbManager.LDAP_DIRECTORY_TYPE);
  ldap(name).authDn = dn;
  const { prePath, spec } = ldap(name).lDAPURL;
  const login = Cc["@mozilla.org/login-manager/loginInfo;1"].createInstance(Ci.nsILoginInfo);
  login.init(prePath, null, spec, "", password, "", "");
  await Services.logins.addLoginAsync(login);
}

// As the settings' "Directory Server" beside "When addressing messages".
function completeBy(name) {
  Services.prefs.setStringPref("ldap_2.autoComplete.directoryServer", find(name).dirPrefId);
  Services.prefs.setBoolPref("ldap_2.autoComplete.useDirectory", true);
}

// A card found by LDAP has properties, one in the copy a vCard.
const known = each => ({
  name: each.displayName,
  mail: each.primaryEmail,
  mobile: (each.supportsVCard ? each.vCardProperties.toPropertyMap().get("CellularNumber") : each.getProperty("CellularNumber", "")) ?? "",
});

// What the address book's tab finds for what is typed into its box.
async function lookUp(name, text) {
  const query = generateQueryURI(getModelQuery("mail.addr_book.quicksearchquery.format"), getSearchTokens(text));
  const cards = [];
  await new Promise((resolve, reject) => {
    find(name).search(query.replace(/^\?/, ""), text, {
      onSearchFoundCard: each => cards.push(each),
      onSearchFinished: status => (Components.isSuccessCode(status) ? resolve() : reject(new Error(`search: ${status}`))),
    });
  });
  return cards.map(known);
}

// "Download Now" of the directory's properties; then what is there without the network.
async function download(name) {
  const replication = Cc["@mozilla.org/addressbook/ldap-replication-service;1"].getService(Ci.nsIAbLDAPReplicationService);
  await new Promise((resolve, reject) => {
    replication.startReplication(ldap(name), {
      QueryInterface: ChromeUtils.generateQI(["nsIWebProgressListener", "nsISupportsWeakReference"]),
      onProgressChange() {},
      onStateChange(_, __, state, status) {
        if (state & Ci.nsIWebProgressListener.STATE_STOP) {
          Components.isSuccessCode(status) ? resolve() : reject(new Error(`download: ${status}`));
        }
      },
    });
  });
  Services.io.offline = true;
  try {
    return find(name).childCards.map(known);
  } finally {
    Services.io.offline = false;
  }
}

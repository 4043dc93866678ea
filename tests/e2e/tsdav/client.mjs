// SPDX-License-Identifier: GPL-3.0-or-later
// What test_tsdav.py runs with node: SERVER LOGIN PASSWORD; it prints what tsdav found and was told, as JSON.
import { createDAVClient } from "tsdav";

const [serverUrl, username, password] = process.argv.slice(2);
const client = await createDAVClient({
  serverUrl,
  credentials: { username, password },
  authMethod: "Basic",
  defaultAccountType: "carddav",
});
const path = url => new URL(url, serverUrl).pathname;
const books = await client.fetchAddressBooks();
const book = name => books.find(each => path(each.url) === `/dav/${username}/${name}/`);
const people = await client.fetchVCards({ addressBook: book("people") });
const found = await client.addressBookQuery({
  url: book("people").url,
  props: { "d:getetag": {}, "card:address-data": {} },
  filters: {
    "prop-filter": {
      _attributes: { name: "EMAIL" },
      "text-match": { _attributes: { "match-type": "equals" }, _text: "bruno@example.com" },
    },
  },
  depth: "1",
});

const card = (family, uid) => `BEGIN:VCARD\r\nVERSION:3.0\r\nUID:${uid}\r\nFN:Nina ${family}\r\nN:${family};Nina;;;\r\nX-ABC:kept\r\nEND:VCARD\r\n`;
const own = book("contacts");
const sync = async token => {
  const rows = await client.syncCollection({
    url: own.url,
    props: { "d:getetag": {} },
    syncLevel: 1,
    syncToken: token,
  });
  return {
    token: rows[0].raw.multistatus.syncToken,
    rows: rows.filter(row => row.href).map(row => [path(row.href), row.status]),
  };
};
const before = await sync(own.syncToken);
const created = await client.createVCard({ addressBook: own, filename: "nina.vcf", vCardString: card("Nowak", "nina") });
const again = await client.createVCard({ addressBook: own, filename: "nina.vcf", vCardString: card("Nowak", "nina") });
const afterCreate = await sync(before.token);
const [there] = await client.fetchVCards({ addressBook: own });
const updated = await client.updateVCard({ vCard: { ...there, data: card("Neu", "nina") } });
const stale = await client.updateVCard({ vCard: { ...there, data: card("Old", "nina") } });
const [changed] = await client.fetchVCards({ addressBook: own });
const removed = await client.deleteVCard({ vCard: changed });
const afterDelete = await sync(afterCreate.token);
const refused = await client.createVCard({ addressBook: book("people"), filename: "x.vcf", vCardString: card("X", "x") });

console.log(
  JSON.stringify({
    books: books.map(each => [each.displayName, path(each.url)]),
    people: people.length,
    found: found.map(row => path(row.href)),
    statuses: [created, again, updated, stale, removed, refused].map(answer => answer.status),
    refusal: await refused.text(),
    changed: changed.data,
    synced: [before, afterCreate, afterDelete].map(each => each.rows),
  }),
);

// `/llms.txt`, as llmstxt.org has it: that it is what it says, and that everything it leads to is there.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

import { ROOT } from "../../xtask/host/host.mjs";
import { sharedHotel } from "./support.mjs";

const hotel = sharedHotel();
const LINK = /\[([^[\]]+)\]\(([^()\s]+)\)/g;

const get = async (address) => {
  const answer = await hotel().call("GET", address);
  assert.equal(answer.status, 200, `${address}: ${answer.status} ${answer.text.slice(0, 200)}`);
  return answer;
};

/** What each kind of file is served as. */
const typeOf = (path) =>
  [
    [/\.md$|instructions$/, /^text\/markdown\b/],
    [/\.json$|\/tools$|\/property$/, /^application\/json\b/],
    [/\.d\.ts$/, /./],
    [/^\/[a-z]+$/, /^text\/html\b/],
  ].find(([pattern]) => pattern.test(path))?.[1];

test("it is short plain text in the convention's form, as it is described", async () => {
  const { text, headers } = await get("/llms.txt");
  assert.match(headers.get("content-type"), /^text\/plain; ?charset=utf-8$/i);
  assert.equal(headers.get("x-content-type-options"), "nosniff");
  assert.equal(text, await readFile(join(ROOT, "www/site/llms.txt"), "utf8"));
  assert.match(text, /^# Posada\n\n> \S.+\n\n/);
  assert.deepEqual([...text.matchAll(/^## (.+)$/gm)].map((it) => it[1]), ["For an assistant", "For programs", "For pages", "Optional"]);
  assert.ok(text.length < 4_500, `${text.length} characters`);
});

test("it names the tools that there are, and no other", async () => {
  const { text } = await get("/llms.txt");
  const { tools } = (await get("/v1/tools")).json;
  const listed = text.slice(0, text.indexOf("\n## ")).split("\n").filter((line) => line.startsWith("- "));
  const named = listed.flatMap((line) => [...line.split(":")[0].matchAll(/`(\w+)`/g)].map((it) => it[1]));
  assert.deepEqual(named.sort(), tools.map((it) => it.name).sort());
});

test("every link resolves, and those of the pages that it leads to", async () => {
  const { text } = await get("/llms.txt");
  const links = [...text.matchAll(LINK)].map((it) => it[2]);
  assert.ok(links.length >= 12, links.join(" "));
  const seen = new Set();
  const pages = [];
  for (const link of links) {
    assert.ok(link.startsWith("/"), link);
    const answer = await get(link);
    const { pathname } = new URL(link, "http://posada.example");
    assert.match(answer.headers.get("content-type"), typeOf(pathname) ?? assert.fail(`no type for ${pathname}`), link);
    seen.add(pathname);
    if (pathname.endsWith(".md")) pages.push([pathname, answer.text]);
  }
  assert.ok(pages.length >= 3);
  let followed = 0;
  for (const [path, page] of pages) {
    const headings = new Set([...page.matchAll(/^#+ (.+)$/gm)].map((it) => it[1].toLowerCase().replace(/[^\w -]/g, "").replaceAll(" ", "-")));
    for (const [, words, target] of page.matchAll(LINK)) {
      if (target.startsWith("https://")) continue;
      followed += 1;
      const { pathname, hash } = new URL(target, `http://posada.example${path}`);
      const answer = pathname === path ? { text: page } : await get(pathname);
      assert.ok(!answer.text.startsWith("<"), `${words} leads to a page of the API's documents`);
      if (hash && pathname === path) assert.ok(headings.has(hash.slice(1)), `${path} has no ${hash}`);
    }
  }
  assert.ok(followed >= 5, `${followed} links`);
});

test("it leads to the instructions in both languages, and they are those languages", async () => {
  const { text } = await get("/llms.txt");
  const [es, en] = ["es", "en"].map((language) => [...text.matchAll(LINK)].find((it) => it[2].endsWith(`lang=${language}`))[2]);
  for (const [address, language] of [[es, "es"], [en, "en"]]) {
    assert.equal((await get(address)).headers.get("content-language").split("-")[0], language);
  }
});

// The keys of a Worker that runs on this machine: made at its first start, kept in .dev.vars.

import { randomBytes } from "node:crypto";
import { link, readFile, rename, rm, writeFile } from "node:fs/promises";

/** What `.dev.vars` must hold; each is a secret of 256 bits. */
export const KEYS = ["ASSISTANT_KEY", "STAFF_KEY", "SIGNING_KEY"];

const newKey = () => randomBytes(32).toString("hex");
/** As Standard Webhooks writes secrets. */
const newWebhookSecret = () => `whsec_${randomBytes(32).toString("base64")}`;

/**
 * Makes the file at `path`, or adds to it the keys that it lacks. What it holds already stays. A secret for webhooks is
 * among them where somebody is notified: `notifies`, or the file's own NOTIFY_URL.
 */
export async function ensureDevVars(path, { notifies = false } = {}) {
  const present = await readFile(path, "utf8").catch((error) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  const has = (key) => new RegExp(`^\\s*${key}\\s*=`, "m").test(present ?? "");
  const wanted = notifies || has("NOTIFY_URL") ? [...KEYS, "NOTIFY_SECRET"] : KEYS;
  const missing = wanted.filter((key) => !has(key));
  if (present !== undefined && missing.length === 0) return;

  const separator = present === undefined || present === "" || present.endsWith("\n") ? "" : "\n";
  const added = missing.map((key) => `${key}=${key === "NOTIFY_SECRET" ? newWebhookSecret() : newKey()}\n`).join("");
  const draft = `${path}.${process.pid}.${randomBytes(4).toString("hex")}`;
  await writeFile(draft, (present ?? "") + separator + added, { mode: 0o600 });
  if (present !== undefined) {
    await rename(draft, path);
    return;
  }
  // link() fails where the file has appeared meanwhile: of two first starts at once, both use one's keys.
  try {
    await link(draft, path);
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

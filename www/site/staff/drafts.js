// What somebody has typed and not sent: kept in this tab, as the key is, until it is sent or they sign out.

const KEY = "posada-staff-drafts";

const all = () => JSON.parse(sessionStorage.getItem(KEY) ?? "{}");
const put = (drafts) => sessionStorage.setItem(KEY, JSON.stringify(drafts));

/** Keeps what is typed into these inputs under a name, and puts in what was typed before. */
export function keepDrafts(name, inputs) {
  const kept = all()[name] ?? {};
  for (const input of inputs) {
    if (kept[input.name] !== undefined) input.value = kept[input.name];
    input.addEventListener("input", () => {
      const drafts = all();
      put({ ...drafts, [name]: { ...drafts[name], [input.name]: input.value } });
    });
  }
}

/** What was typed under a name is done with. */
export function dropDraft(name) {
  const { [name]: _, ...rest } = all();
  put(rest);
}

export function forgetDrafts() {
  sessionStorage.removeItem(KEY);
}

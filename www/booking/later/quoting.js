// Quoting what the guest has chosen: at once where all that is needed is at hand.

/** How long what is free is taken for the present. */
const AVAILABILITY_MS = 60_000;

let quoter;

/** Quotes with this from now on. */
export const quoteWith = (it) => (quoter = it);

/** The body of `POST /v1/quotes` for what was chosen; with the guest's own split where there is one. */
export function bodyOf({ state }, split = null) {
  const { checkIn, checkOut, plan, adults, ages, wanted, objective } = state;
  return {
    check_in_date: checkIn,
    check_out_date: checkOut,
    package_type: plan,
    party: { adults, children: ages },
    ...(split ? { split } : wanted ? { rooms: wanted } : {}),
    objective: split ? objective : "even",
  };
}

const stayOf = ({ checkIn, checkOut }) => `${checkIn} ${checkOut}`;
const isFresh = ({ availability, state }) =>
  availability?.stay === stayOf(state) && Date.now() - availability.at < AVAILABILITY_MS;

/** What is free for the stay, asked again when it may have changed. */
function availabilityOf(model, force) {
  if (!force && isFresh(model)) return model.availability.promise;
  const { checkIn, checkOut } = model.state;
  const query = new URLSearchParams({ check_in_date: checkIn, check_out_date: checkOut });
  const asked = { stay: stayOf(model.state), at: Date.now(), promise: model.ask(`/v1/availability?${query}`) };
  model.availability = asked;
  asked.promise.then(
    (answer) => (asked.answer = answer),
    () => model.availability === asked && (model.availability = undefined),
  );
  return asked.promise;
}

export const areAgesKnown = ({ state }) => state.ages.every((age) => age !== null);

/** Quotes anew. With WebAssembly and what is free at hand the answer is there when this returns. */
export function requote(model, { force = false } = {}) {
  const { checkIn, checkOut, split, step } = model.state;
  model.quoting = (model.quoting ?? 0) + 1;
  if (!model.property || !checkIn || !checkOut || !areAgesKnown(model) || step === "booking" || step === "done") {
    model.quote = model.base = undefined;
    model.state.loading = false;
    model.changed("quote");
    return Promise.resolve();
  }
  if (quoter.isLocal && !force && isFresh(model) && model.availability.answer) {
    const quote = (own) => quoter.quote(model.property, model.availability.answer, bodyOf(model, own));
    take(model, quote(), split && quote(split));
    return Promise.resolve();
  }
  return requoteLater(model, model.quoting, force);
}

async function requoteLater(model, number, force) {
  model.set({ loading: true });
  try {
    const availability = await availabilityOf(model, force);
    const { split } = model.state;
    const quote = (own) => quoter.quote(model.property, availability, bodyOf(model, own), model);
    const answers = await Promise.all([quote(), split && quote(split)]);
    // Otherwise the guest went on meanwhile, and a later quote is under way.
    if (number === model.quoting) take(model, ...answers);
  } catch (error) {
    if (number !== model.quoting) return;
    // A price is not shown for what it is not the price of.
    if (model.state.step === "stay") model.quote = model.base = undefined;
    model.fail(error, () => requote(model, { force: true }));
  }
}

function take(model, base, own) {
  const { state } = model;
  // The placement of the objective that the guest prefers; the proposed one where it does not differ.
  const other = base.alternatives?.find((it) => it.objective === state.objective);
  model.base = base;
  model.quote = own || (other ? { ...base, ...other } : base);
  state.loading = false;
  if (state.problem && state.step !== "details") state.problem = null;
  model.changed("quote");
}

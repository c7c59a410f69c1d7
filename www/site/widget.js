// The element alone: attributes from the address, events told below it.

const parameters = new URLSearchParams(location.search);
const element = document.querySelector("posada-booking");
for (const [name, value] of parameters) element.setAttribute(name, value);
if (parameters.get("lang") === "en") document.documentElement.lang = "en";
const list = document.querySelector("#events");
for (const name of ["ready", "loaderror", "quote", "progress", "booked", "partial", "error"]) {
  element.addEventListener(`posada-${name}`, ({ type, detail }) => {
    const entry = document.createElement("li");
    entry.textContent = `${type} ${JSON.stringify(detail)}`;
    list.append(entry);
  });
}
await import("/w/1/posada-booking.js");

// The demo page in the other language, and its element with it.

const page = document.documentElement;
const button = document.querySelector("#language");
const texts = [...document.querySelectorAll("[data-en]")].map((element) => ({ element, es: element.textContent, en: element.dataset.en }));

function speak(language) {
  page.lang = language;
  for (const { element, ...text } of texts) element.textContent = text[language];
  document.querySelector("posada-booking").setAttribute("lang", language);
  const other = language === "es" ? "en" : "es";
  button.lang = other;
  button.textContent = { es: "Español", en: "English" }[other];
}

button.addEventListener("click", () => speak(button.lang));
if (new URLSearchParams(location.search).get("lang") === "en") speak("en");

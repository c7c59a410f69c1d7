// What the first screen says before the others are there, in Spanish and English; the rest is in later/words/. Numbers and
// names are put in by `say(t.x, {...})` where a text has {braces}.

export const words = {
  es: {
    locale: "es-SV",
    steps: ["Fechas", "Habitaciones", "Datos y pago", "Confirmación"],
    stepOf: "Paso {n} de {all}: {name}",
    stay: "¿Cuándo nos visita?",
    loading: "Cargando…",
    checkIn: "Llegada",
    checkOut: "Salida",
    nights: ["{n} noche", "{n} noches"],
    previous: "Mes anterior",
    next: "Mes siguiente",
    full: "sin habitaciones",
    from: "desde {amount}",
    fromNote: "Precio mínimo por noche para 2 adultos, redondeado hacia arriba. Los días tachados están llenos.",
    chooseIn: "Elija el día de llegada.",
    chooseOut: "Llegada: {day}. Ahora elija el día de salida.",
    chosen: "Del {from} al {to}, {nights}.",
    fullBetween: "Hay noches sin habitaciones entre esas fechas. Elija otra salida.",
    clear: "Borrar fechas",
    guests: "¿Quiénes vienen?",
    retry: "Reintentar",
    offline: "Sin conexión. Sus datos siguen aquí; reintente.",
    unavailable: "El hotel no responde en este momento. Sus datos siguen aquí; reintente en unos segundos.",
  },
  en: {
    locale: "en-US",
    steps: ["Dates", "Rooms", "Details and payment", "Confirmation"],
    stepOf: "Step {n} of {all}: {name}",
    stay: "When are you visiting?",
    loading: "Loading…",
    checkIn: "Check-in",
    checkOut: "Check-out",
    nights: ["{n} night", "{n} nights"],
    previous: "Previous month",
    next: "Next month",
    full: "no rooms",
    from: "from {amount}",
    fromNote: "Lowest price per night for 2 adults, rounded up. Days crossed out are full.",
    chooseIn: "Choose the day you arrive.",
    chooseOut: "Check-in: {day}. Now choose the day you leave.",
    chosen: "{from} to {to}, {nights}.",
    fullBetween: "Some nights between those dates have no rooms. Choose another check-out.",
    clear: "Clear dates",
    guests: "Who is coming?",
    retry: "Try again",
    offline: "You are offline. What you entered is still here; try again.",
    unavailable: "The hotel does not answer at the moment. What you entered is still here; try again in a few seconds.",
  },
};

/** The text with its {braces} filled in; of a pair of texts the first is for one, the second for other numbers. */
export function say(text, values = {}) {
  const chosen = Array.isArray(text) ? text[values.n === 1 ? 0 : 1] : text;
  return chosen.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

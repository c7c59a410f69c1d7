// What the element is, for editors and other tools (custom-elements.json, schema 1.0.0), from the description where it is
// defined.

import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const HERE = dirname(fileURLToPath(import.meta.url));
const PATH = "booking/posada-booking.js";

/** The manifest, as an object. */
export async function manifest() {
  const source = await readFile(join(HERE, PATH), "utf8");
  const [, block] = /\/\*\*\n((?: \*.*\n)+?) \*\/\nclass PosadaBooking/.exec(source);
  const lines = block.split("\n").map((line) => line.replace(/^ \* ?/, "").trim());
  const all = (tag) => lines.filter((line) => line.startsWith(`@${tag} `)).map((line) => {
    const [, type, name, description = ""] = /^@\w+ (?:\{(.+?)\} )?(\S+)(?: - (.*))?$/.exec(line);
    return { name, description, ...(type ? { type: { text: type } } : {}) };
  });
  const slots = lines.filter((line) => line.startsWith("@slot")).map((line) => ({ name: "", description: line.replace("@slot - ", "") }));
  return {
    schemaVersion: "1.0.0",
    modules: [{
      kind: "javascript-module",
      path: PATH,
      declarations: [{
        kind: "class",
        name: "PosadaBooking",
        tagName: "posada-booking",
        customElement: true,
        description: lines.find((line) => line !== ""),
        superclass: { name: "HTMLElement" },
        attributes: all("attr"),
        members: [
          ...all("prop").map((it) => ({ kind: "field", readonly: true, ...it })),
          ...all("method").map(({ type, ...it }) => ({ kind: "method", ...it, return: { type } })),
        ],
        events: all("fires"),
        slots,
        cssParts: all("csspart"),
        cssProperties: all("cssprop"),
      }],
      exports: [
        { kind: "js", name: "PosadaBooking", declaration: { name: "PosadaBooking" } },
        { kind: "custom-element-definition", name: "posada-booking", declaration: { name: "PosadaBooking" } },
      ],
    }],
  };
}

/** The same for TypeScript: the element's class, and its events on every element that they bubble through. */
export function declarations({ modules: [{ declarations: [it] }] }) {
  const said = (indent, { description }) => `${indent}/** ${description} */\n`;
  const fields = it.members.filter((member) => member.kind === "field");
  const methods = it.members.filter((member) => member.kind === "method");
  return `// ${it.description}

export declare class ${it.name} extends ${it.superclass.name} {
${fields.map((field) => `${said("  ", field)}  readonly ${field.name}: ${field.type.text};\n`).join("")}${
    methods.map((method) => `${said("  ", method)}  ${method.name}(): ${method.return.type.text};\n`).join("")}}

declare global {
  interface HTMLElementTagNameMap {
    "${it.tagName}": ${it.name};
  }
  interface GlobalEventHandlersEventMap {
${it.events.map((event) => `${said("    ", event)}    "${event.name}": ${event.type.text};\n`).join("")}  }
}
`;
}

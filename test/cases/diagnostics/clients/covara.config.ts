import { type ConfigData, channel, d1, defineConfig, field } from "covara";

const config = defineConfig({
  name: "notes",
  database: d1(),
  clients: [
    { react: true },
    { react: false },
    { out: "" },
    { out: ".." },
    { out: "/srv/web" },
    { out: "..\\web" },
    { out: "../web/api/" },
    { out: "../web/./api", only: ["notes"], omit: ["notes"] },
    { out: "../kiosk", only: ["note"] } as unknown as { out: string },
    { out: "../admin", omit: ["nothing"] } as unknown as { out: string },
    { out: "../board", only: ["notes", "channels.chats"] },
    { out: "../wall", omit: ["channels.chat"] },
    { folder: "../other" } as unknown as { out: string },
    { react: "yes" } as unknown as { react: boolean },
  ],
  channels: {
    chat: channel({ message: { text: field.text() }, access: (rules) => ({ subscribe: rules.public() }) }),
  },
  resources: {
    notes: {
      fields: { id: field.id(), text: field.text() },
      access: (rules) => ({ read: rules.public() }),
    },
  },
});

export default config satisfies ConfigData;

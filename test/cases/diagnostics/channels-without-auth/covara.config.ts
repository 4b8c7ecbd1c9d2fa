import { channel, d1, defineConfig, field, resource } from "covara";

export default defineConfig({
  name: "app",
  database: d1({ binding: "COVARA_CHANNELS" }),
  resources: {
    rooms: resource({
      route: "channels",
      fields: { id: field.id() },
      access: (rules) => ({ read: rules.public() }),
    }),
  },
  channels: {
    chat: channel({
      message: { text: field.text(), from: field.text().owner() },
      access: ({ signedIn }) => ({ subscribe: signedIn(), publish: signedIn() }),
      presence: true,
    }),
  },
});

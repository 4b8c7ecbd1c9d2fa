import { channel, d1, defineConfig, field } from "covara";

export default defineConfig({
  name: "app",
  database: d1({ binding: "COVARA_CHANNELS" }),
  channels: {
    chat: channel({
      message: { text: field.text(), from: field.text().owner() },
      access: ({ signedIn }) => ({ subscribe: signedIn(), publish: signedIn() }),
      presence: true,
    }),
  },
});

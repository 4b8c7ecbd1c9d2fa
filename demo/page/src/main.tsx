/** The page starts here. */
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { MessagesProvider } from "./messages.tsx";

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no element with the id root.");
createRoot(root).render(
  <StrictMode>
    <MessagesProvider>
      <App />
    </MessagesProvider>
  </StrictMode>,
);

import "./theme/tokens.css";
import "./theme/base.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createApp } from "./app/app.ts";
import { AppContext } from "./app/context.ts";
import { nameKeysByLayout } from "./app/keymap.ts";
import { listenForKeys } from "./app/keys.ts";
import { boot } from "./app/pick.ts";
import { startMessages } from "./messages/text.ts";
import { Window } from "./panels/Window.tsx";
import { TipProvider } from "./ui/Tip.tsx";

startMessages();
const app = createApp();
listenForKeys(app);
void nameKeysByLayout();
void boot(app);

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <AppContext value={app}>
      <TipProvider>
        <Window />
      </TipProvider>
    </AppContext>
  </StrictMode>,
);

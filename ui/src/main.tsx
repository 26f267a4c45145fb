import "@fontsource-variable/inter/index.css";
import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "@mantine/dropzone/styles.css";
import "./app/app.css";
import { MantineProvider } from "@mantine/core";
import { ModalsProvider } from "@mantine/modals";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, StrictMode, useMemo } from "react";
import { createRoot } from "react-dom/client";
import { useTranslation } from "react-i18next";
import { RouterProvider } from "react-router";
import { $api, queries } from "./api/client";
import { router } from "./app/routes";
import { themeSaying, variables } from "./app/theme";
import { startWords } from "./i18n";

const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce;
// Dialogs hold the page still with a style sheet of their own, by a library that looks for the number here.
Object.assign(globalThis, { __webpack_nonce__: nonce });
const root = document.getElementById("root");

function Themed({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const close = t("action.close");
  const theme = useMemo(() => themeSaying(close), [close]);
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={variables}
      defaultColorScheme="auto"
      getStyleNonce={() => nonce ?? ""}
    >
      {children}
    </MantineProvider>
  );
}

// Who is here is asked while the pages come: every page but those before the door waits for it.
const BEFORE_THE_DOOR = /^\/(signin|setup|join|reset)\b/;
if (!BEFORE_THE_DOOR.test(location.pathname))
  void queries.prefetchQuery($api.queryOptions("get", "/api/v1/session", {}, { retry: false }));

async function start() {
  await startWords();
  if (!root) throw new Error("The page has no place for the studio.");
  createRoot(root).render(
    <StrictMode>
      <Themed>
        <QueryClientProvider client={queries}>
          <ModalsProvider>
            <Notifications position="bottom-center" limit={4} />
            <RouterProvider router={router} />
          </ModalsProvider>
        </QueryClientProvider>
      </Themed>
    </StrictMode>,
  );
}

void start();

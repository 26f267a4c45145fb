// Every address of the studio; `PAGES` in src/cutroom/web/serving.py has their first parts.
import { createBrowserRouter } from "react-router";
import { routes as account } from "../account/routes";
import { routes as admin } from "../admin/routes";
import { routes as collections } from "../collections/routes";
import { routes as editor } from "../editor/routes";
import { routes as imports } from "../imports/routes";
import { routes as library } from "../library/routes";
import { routes as review } from "../review/routes";
import { routes as runs } from "../runs/routes";
import { routes as session } from "../session/routes";
import { routes as subscriptions } from "../subscriptions/routes";
import { routes as trash } from "../trash/routes";
import { routes as watch } from "../watch/routes";
import { Broken, NotHere } from "./broken";
import { Shell } from "./shell";
import { ShellComing } from "./shell-coming";

export const router = createBrowserRouter([
  { errorElement: <Broken />, hydrateFallbackElement: <></>, children: session },
  {
    element: <Shell />,
    hydrateFallbackElement: <ShellComing />,
    errorElement: <Broken />,
    children: [
      {
        errorElement: <Broken />,
        children: [
          ...library,
          ...watch,
          ...collections,
          ...trash,
          ...subscriptions,
          ...imports,
          ...runs,
          ...review,
          ...editor,
          ...account,
          ...admin,
          { path: "*", element: <NotHere /> },
        ],
      },
    ],
  },
]);

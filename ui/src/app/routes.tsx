// Every address of the studio; `PAGES` in src/cutroom/web/serving.py has their first parts.
import { createBrowserRouter } from "react-router";
import { routes as account } from "../account/routes";
import { routes as admin } from "../admin/routes";
import { routes as library } from "../library/routes";
import { routes as review } from "../review/routes";
import { routes as runs } from "../runs/routes";
import { routes as session } from "../session/routes";
import { routes as watch } from "../watch/routes";
import { Broken, NotHere } from "./broken";
import { Shell } from "./shell";

export const router = createBrowserRouter([
  { errorElement: <Broken />, hydrateFallbackElement: <></>, children: session },
  {
    element: <Shell />,
    hydrateFallbackElement: <></>,
    errorElement: <Broken />,
    children: [
      {
        errorElement: <Broken />,
        children: [
          ...library,
          ...runs,
          ...review,
          ...account,
          ...admin,
          ...watch,
          { path: "*", element: <NotHere /> },
        ],
      },
    ],
  },
]);

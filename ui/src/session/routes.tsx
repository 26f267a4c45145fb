import type { RouteObject } from "react-router";

export const routes: RouteObject[] = [
  { path: "/setup", lazy: () => import("./setup") },
  { path: "/join", lazy: () => import("./join") },
  { path: "/signin", lazy: () => import("./sign-in") },
  { path: "/reset", lazy: () => import("./reset") },
];

import type { RouteObject } from "react-router";

export const routes: RouteObject[] = [
  { path: "/runs", lazy: () => import("./list") },
  { path: "/runs/:id", lazy: () => import("./page") },
];

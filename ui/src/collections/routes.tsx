import type { RouteObject } from "react-router";

export const routes: RouteObject[] = [
  { path: "/collections", lazy: () => import("./page") },
  { path: "/collections/:id", lazy: () => import("./collection") },
];

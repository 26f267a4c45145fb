import type { RouteObject } from "react-router";

export const routes: RouteObject[] = [
  {
    path: "/account",
    lazy: () => import("./frame"),
    children: [
      { index: true, lazy: () => import("./profile") },
      { path: "security", lazy: () => import("./security") },
      { path: "tokens", lazy: () => import("./tokens") },
      { path: "appearance", lazy: () => import("./appearance") },
      { path: "brands", lazy: () => import("../brands/page") },
      { path: "quota", lazy: () => import("./quota") },
      { path: "history", lazy: () => import("./history") },
    ],
  },
];

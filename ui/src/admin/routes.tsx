import { Navigate, type RouteObject } from "react-router";

export const routes: RouteObject[] = [
  {
    path: "/admin",
    lazy: () => import("./frame"),
    children: [
      { index: true, element: <Navigate to="people" replace /> },
      { path: "people", lazy: () => import("./people") },
      { path: "groups", lazy: () => import("./groups") },
      { path: "invitations", lazy: () => import("./invitations") },
      { path: "settings", lazy: () => import("./settings") },
      { path: "providers", lazy: () => import("./providers") },
      { path: "engine", lazy: () => import("./engine") },
      { path: "webhooks", lazy: () => import("./webhooks") },
      { path: "webhooks/:id", lazy: () => import("./deliveries") },
      { path: "audit", lazy: () => import("./audit") },
      { path: "health", lazy: () => import("./health") },
    ],
  },
];

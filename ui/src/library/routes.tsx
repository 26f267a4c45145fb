import { Navigate, type RouteObject } from "react-router";

export const routes: RouteObject[] = [
  { path: "/", element: <Navigate to="/library" replace /> },
  { path: "/library", lazy: () => import("./page") },
  { path: "/library/organise", lazy: () => import("./organise") },
];

import type { RouteObject } from "react-router";

export const routes: RouteObject[] = [{ path: "/edit/:id", lazy: () => import("./page") }];

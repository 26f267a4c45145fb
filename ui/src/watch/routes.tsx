import type { RouteObject } from "react-router";

export const routes: RouteObject[] = [{ path: "/watch/:id", lazy: () => import("./page") }];

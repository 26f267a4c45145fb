import type { RouteObject } from "react-router";

export const routes: RouteObject[] = [{ path: "/review/:id", lazy: () => import("./page") }];

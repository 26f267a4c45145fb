import type { RouteObject } from "react-router";

export const routes: RouteObject[] = [{ path: "/trash", lazy: () => import("./page") }];

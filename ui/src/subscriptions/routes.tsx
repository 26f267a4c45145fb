import type { RouteObject } from "react-router";

export const routes: RouteObject[] = [{ path: "/subscriptions", lazy: () => import("./page") }];

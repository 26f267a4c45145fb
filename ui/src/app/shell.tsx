import { Menu, useMantineColorScheme } from "@mantine/core";
import { useDocumentTitle, useNetwork } from "@mantine/hooks";
import {
  IconDeviceTv,
  IconLogout,
  IconMoon,
  IconPlayerPlay,
  IconRss,
  IconSettings,
  IconStack2,
  IconSun,
  IconTrash,
  IconUserCircle,
} from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, Suspense, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { Navigate, NavLink, Outlet, ScrollRestoration, useLocation, useNavigate } from "react-router";
import { $api, api, Refused, session } from "../api/client";
import { useAnswers } from "../api/reach";
import { MeContext, signInAddress } from "../session/me";
import { UploadsProvider } from "../uploads/provider";
import { Failed, Loading } from "./states";

/** How often it is looked whether the server is back. */
const BACK_MS = 3_000;

/** What stands around every page of somebody who is signed in. */
export function Shell() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const location = useLocation();
  const queries = useQueryClient();
  const me = $api.useQuery("get", "/api/v1/session", {}, { staleTime: 60_000 });
  const here = location.pathname + location.search;
  useDocumentTitle("Cutroom");
  useEffect(() => {
    session.ended = () => {
      queries.clear();
      void navigate(signInAddress(here));
    };
    return () => {
      session.ended = () => {};
    };
  }, [navigate, queries, here]);

  if (me.error instanceof Refused && me.error.status === 401)
    return <Navigate to={signInAddress(here)} replace />;
  if (me.error) return <Failed error={me.error} retry={() => void me.refetch()} />;
  return (
    <MeContext value={me.data ?? null}>
      <a className="skip" href="#content">
        {t("nav.skip")}
      </a>
      <div className="shell">
        <Rail />
        <div>
          <Offline />
          <main id="content" className="page" tabIndex={-1}>
            <Suspense fallback={<Loading />}>
              {me.data ? (
                <UploadsProvider key={me.data.id}>
                  <Outlet />
                </UploadsProvider>
              ) : (
                <Loading />
              )}
            </Suspense>
          </main>
        </div>
      </div>
      <ScrollRestoration />
    </MeContext>
  );
}

function Rail() {
  const { t } = useTranslation();
  const me = $api.useQuery("get", "/api/v1/session", {}, { staleTime: 60_000 }).data;
  return (
    <nav className="rail" aria-label={t("nav.label")}>
      <NavLink className="brand" to="/library">
        <img src="/static/icon.svg" alt="" width={26} height={26} />
        Cutroom
      </NavLink>
      <Place to="/library" icon={<IconDeviceTv size={19} />} name={t("nav.library")} />
      <Place to="/collections" icon={<IconStack2 size={19} />} name={t("nav.collections")} />
      <Place to="/runs" icon={<IconPlayerPlay size={19} />} name={t("nav.runs")} />
      <Place to="/subscriptions" icon={<IconRss size={19} />} name={t("nav.subscriptions")} wide />
      <Place to="/trash" icon={<IconTrash size={19} />} name={t("nav.trash")} wide />
      <span className="spring" />
      {me?.role === "admin" ? (
        <Place to="/admin" icon={<IconSettings size={19} />} name={t("nav.admin")} />
      ) : null}
      <Own name={me?.name ?? ""} />
    </nav>
  );
}

function Place({ to, icon, name, wide }: { to: string; icon: ReactNode; name: string; wide?: boolean }) {
  return (
    <NavLink to={to} className={wide ? "nav-link wide-only" : "nav-link"}>
      {icon}
      <span>{name}</span>
    </NavLink>
  );
}

function Own({ name }: { name: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const dark = colorScheme === "dark";
  const leave = useMutation({
    mutationFn: () => api.DELETE("/api/v1/session"),
    // By a page of its own: nothing of who was here stays in the memory, and no page asks to come back to it.
    onSuccess: () => window.location.replace("/signin"),
  });
  return (
    <Menu position="top-start" width={220}>
      <Menu.Target>
        <button type="button" className="nav-link" aria-label={t("nav.own", { name })}>
          <IconUserCircle size={19} />
          <span>{name}</span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconUserCircle size={16} />} onClick={() => void navigate("/account")}>
          {t("nav.account")}
        </Menu.Item>
        <Menu.Item
          hiddenFrom="sm"
          leftSection={<IconRss size={16} />}
          onClick={() => void navigate("/subscriptions")}
        >
          {t("nav.subscriptions")}
        </Menu.Item>
        <Menu.Item
          hiddenFrom="sm"
          leftSection={<IconTrash size={16} />}
          onClick={() => void navigate("/trash")}
        >
          {t("nav.trash")}
        </Menu.Item>
        <Menu.Item
          leftSection={dark ? <IconSun size={16} /> : <IconMoon size={16} />}
          onClick={() => setColorScheme(dark ? "light" : "dark")}
        >
          {dark ? t("nav.light") : t("nav.dark")}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => leave.mutate()}>
          {t("nav.signOut")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function Offline() {
  const { t } = useTranslation();
  const answers = useAnswers();
  const { online } = useNetwork();
  const queries = useQueryClient();
  // Only while it is away: once it is back, what failed meanwhile is asked for again.
  const back = $api.useQuery(
    "get",
    "/health/live",
    {},
    { enabled: !answers, refetchInterval: answers ? false : BACK_MS, retry: false, gcTime: 0 },
  );
  const isBack = answers && back.isSuccess;
  useEffect(() => {
    if (isBack) void queries.invalidateQueries({ predicate: ({ state }) => state.status === "error" });
  }, [isBack, queries]);
  if (online && answers) return null;
  return (
    <div className="offline" role="status">
      {t("state.offlineNow")}
    </div>
  );
}

import { type ReactNode, Suspense, useEffect, useRef } from "react";
import { NavLink, useLocation } from "react-router";
import { Loading } from "../app/states";
import style from "./sections.module.css";

export interface Section {
  to: string;
  name: string;
  icon: ReactNode;
  /** Whether only the address itself counts, and none below it. */
  end?: boolean;
}

interface SectionsProps {
  label: string;
  sections: Section[];
  children: ReactNode;
}

/** A second navigation beside what it leads to; one line above it where there is no room. */
export function Sections({ label, sections, children }: SectionsProps) {
  const list = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the marked link is another one at another address
  useEffect(() => {
    // Only the line itself scrolls, and only where it is one.
    const bar = list.current;
    const here = bar?.querySelector<HTMLElement>('[aria-current="page"]');
    if (bar && here) bar.scrollLeft = here.offsetLeft - (bar.clientWidth - here.offsetWidth) / 2;
  }, [pathname]);
  return (
    <div className={style.split}>
      <nav ref={list} className={style.sections} aria-label={label}>
        {sections.map(({ to, name, icon, end }) => (
          <NavLink key={to} to={to} end={end} className={style.section}>
            {icon}
            {name}
          </NavLink>
        ))}
      </nav>
      <div className={style.body}>
        <Suspense fallback={<Loading />}>{children}</Suspense>
      </div>
    </div>
  );
}

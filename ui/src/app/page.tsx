import { Title } from "@mantine/core";
import { type ReactNode, useEffect } from "react";

interface PageProps {
  title: string;
  actions?: ReactNode;
  children: ReactNode;
}

/** A page of the studio: its title, what can be done here, and what it shows. */
export function Page({ title, actions, children }: PageProps) {
  useTitle(title);
  return (
    <>
      <header className="page-head">
        <Title order={1}>{title}</Title>
        {actions ? <div className="actions">{actions}</div> : null}
      </header>
      {children}
    </>
  );
}

/** Name the browser's tab. */
export function useTitle(title: string) {
  useEffect(() => {
    document.title = title ? `${title} · Cutroom` : "Cutroom";
  }, [title]);
}

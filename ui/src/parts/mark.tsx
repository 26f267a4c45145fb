import type { ReactNode } from "react";
import style from "./mark.module.css";

interface MarkProps {
  /** Whether it says that something is wrong, or that it waits for somebody. */
  tone?: "bad" | "waits";
  children: ReactNode;
}

/** A short mark beside a name: a role, a kind, a state. */
export function Mark({ tone, children }: MarkProps) {
  return <span className={tone ? `${style.mark} ${style[tone]}` : style.mark}>{children}</span>;
}

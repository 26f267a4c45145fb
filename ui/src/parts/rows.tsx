import type { ReactNode } from "react";
import style from "./rows.module.css";

/** A list of things with what can be done to each; it reads well at any width, where a table would not. */
export function Rows({ label, children }: { label: string; children: ReactNode }) {
  return (
    <ul className={style.rows} aria-label={label}>
      {children}
    </ul>
  );
}

interface RowProps {
  title: ReactNode;
  /** Short marks after the title, such as a role or a state. */
  marks?: ReactNode;
  says?: ReactNode;
  actions?: ReactNode;
  /** Whether the actions are words, and go below the rest where there is no room beside it. */
  wide?: boolean;
  children?: ReactNode;
}

/** One thing of such a list. */
export function Row({ title, marks, says, actions, wide, children }: RowProps) {
  return (
    <li className={style.row}>
      <div>
        <div className={style.head}>
          {title}
          {marks}
        </div>
        {says ? <div className={style.says}>{says}</div> : null}
      </div>
      {actions ? (
        <div className={wide ? `${style.actions} ${style.wide}` : style.actions}>{actions}</div>
      ) : null}
      {children ? <div className={style.more}>{children}</div> : null}
    </li>
  );
}

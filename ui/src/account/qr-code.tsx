import { create } from "qrcode";
import { useMemo } from "react";
import style from "./qr-code.module.css";

/** Four modules of white around it, as readers want. */
const QUIET = 4;

/** A text as a picture that cameras read: dark on white in every theme, or many readers fail. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const { size, path } = useMemo(() => {
    const { modules } = create(text, { errorCorrectionLevel: "M" });
    const dark: string[] = [];
    for (let row = 0; row < modules.size; row++)
      for (let column = 0; column < modules.size; column++)
        if (modules.get(row, column)) dark.push(`M${column + QUIET} ${row + QUIET}h1v1h-1z`);
    return { size: modules.size + 2 * QUIET, path: dark.join("") };
  }, [text]);
  return (
    <svg
      className={style.code}
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
    >
      <path d={path} />
    </svg>
  );
}

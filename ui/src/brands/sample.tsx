import type { CSSProperties } from "react";
import { useTranslation } from "react-i18next";
import type { Brand } from "./brands";
import { logoOf } from "./brands";
import style from "./sample.module.css";

interface SampleProps {
  look: Pick<Brand, "fill" | "lit" | "logo_corner" | "logo_share" | "logo_opacity"> & Partial<Brand>;
  /** Of a logo that was chosen and not sent yet; null shows none. */
  logo?: string | null;
}

/** A frame with the logo in its corner and two words in the kit's colours. */
export function Sample({ look, logo = logoOf(look as Brand) }: SampleProps) {
  const { t } = useTranslation();
  const [down, side] = look.logo_corner.split("-");
  const place: CSSProperties = {
    width: `${look.logo_share * 100}%`,
    opacity: look.logo_opacity,
    [down === "top" ? "insetBlockStart" : "insetBlockEnd"]: "6%",
    [side === "left" ? "left" : "right"]: "4%",
  };
  return (
    <span className={style.sample} aria-hidden>
      {logo ? <img src={logo} alt="" style={place} /> : null}
      <span className={style.words} style={{ color: look.fill || "#ffffff" }}>
        {t("brands.sample")} <span style={{ color: look.lit || "#ffd60a" }}>{t("brands.sampleLit")}</span>
      </span>
    </span>
  );
}

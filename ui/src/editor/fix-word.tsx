import { Button, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { fixWord, shownText, type Word } from "./document";
import { useEditing } from "./editing";
import classes from "./transcript.module.css";

/** What a word is shown as; what is heard stays. */
export function FixWord({ word, close }: { word: Word; close: () => void }) {
  const { t } = useTranslation();
  const { doc, change } = useEditing();
  const [text, write] = useState(() => shownText(doc, word));
  return (
    <form
      className={classes.fix}
      onSubmit={(event) => {
        event.preventDefault();
        change((now) => fixWord(now, word, text));
        close();
      }}
    >
      <TextInput
        size="xs"
        aria-label={t("editor.shownAs", { word: word.text })}
        placeholder={t("editor.shownAsNothing")}
        value={text}
        maxLength={200}
        onChange={(event) => write(event.currentTarget.value)}
        onKeyDown={(event) => event.key === "Escape" && close()}
        onFocus={(event) => event.currentTarget.select()}
        data-autofocus
        autoFocus
      />
      <Button size="compact-sm" type="submit">
        {t("action.save")}
      </Button>
      <Button size="compact-sm" variant="default" onClick={close}>
        {t("action.cancel")}
      </Button>
    </form>
  );
}

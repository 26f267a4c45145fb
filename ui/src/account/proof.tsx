// Proof that the person at the browser is still the one who signed in, asked for when the server wants it.
import { Button, Group, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { modals } from "@mantine/modals";
import { useMutation } from "@tanstack/react-query";
import i18next from "i18next";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, Refused } from "../api/client";
import { Fault } from "../parts/fault";

/** They did not want to prove it after all. */
export class Left extends Error {}

/** Do something; where the server wants proof first, ask for it once and do it again. */
export async function proved<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof Refused && error.kind === "proof-needed")) throw error;
    await ask();
    return await act();
  }
}

/** What went wrong, where it was not the person who left. */
export function faultOf(error: unknown): unknown {
  return error instanceof Left ? null : error;
}

function ask(): Promise<void> {
  return new Promise((given, left) => {
    const id = modals.open({
      title: i18next.t("account.proof.title"),
      onClose: () => left(new Left()),
      children: (
        <Proof
          given={() => {
            // Before the dialog goes, which otherwise means that they left.
            given();
            modals.close(id);
          }}
          leave={() => modals.close(id)}
        />
      ),
    });
  });
}

function Proof({ given, leave }: { given: () => void; leave: () => void }) {
  const { t } = useTranslation();
  const [byCode, setByCode] = useState(false);
  const [value, setValue] = useState("");
  const prove = useMutation({
    mutationFn: () =>
      api.POST("/api/v1/session/proof", { body: byCode ? { code: value.trim() } : { password: value } }),
    onSuccess: given,
  });
  function submit(event: FormEvent) {
    event.preventDefault();
    // React hands events on through portals to the form that the dialog was opened from.
    event.stopPropagation();
    prove.mutate();
  }
  const shared = {
    required: true,
    value,
    onChange: (event: { currentTarget: HTMLInputElement }) => setValue(event.currentTarget.value),
    "data-autofocus": true,
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <Text>{t("account.proof.says")}</Text>
        {byCode ? (
          <TextInput
            label={t("session.second.code")}
            autoComplete="one-time-code"
            inputMode="numeric"
            maxLength={6}
            {...shared}
          />
        ) : (
          <PasswordInput
            label={t("session.yourPassword")}
            autoComplete="current-password"
            maxLength={1024}
            {...shared}
          />
        )}
        <Fault error={prove.error} />
        <Group justify="space-between">
          <Button
            variant="subtle"
            onClick={() => {
              setByCode(!byCode);
              setValue("");
            }}
          >
            {t(byCode ? "account.proof.byPassword" : "account.proof.byCode")}
          </Button>
          <Group gap="xs">
            <Button variant="default" onClick={leave}>
              {t("action.cancel")}
            </Button>
            <Button type="submit" loading={prove.isPending}>
              {t("account.proof.button")}
            </Button>
          </Group>
        </Group>
      </Stack>
    </form>
  );
}

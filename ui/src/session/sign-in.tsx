import { Anchor, Button, Divider, Group, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { type PublicKeyCredentialRequestOptionsJSON, startAuthentication } from "@simplewebauthn/browser";
import { IconFingerprint, IconLogin2 } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useSearchParams } from "react-router";
import { $api, api, queries, Refused, type Schemas } from "../api/client";
import { Entry } from "./form";
import { nextAddress } from "./me";

/** What a password alone does not open. */
interface Challenge {
  challenge: string;
  means: string[];
  passkey: PublicKeyCredentialRequestOptionsJSON | null;
}

export function Component() {
  const [asked, setAsked] = useState<Challenge | null>(null);
  return asked ? <Second asked={asked} /> : <First ask={setAsked} />;
}

function useArrival() {
  const navigate = useNavigate();
  const [search] = useSearchParams();
  return async () => {
    await queries.invalidateQueries();
    await navigate(nextAddress(search), { replace: true });
  };
}

function First({ ask }: { ask: (challenge: Challenge) => void }) {
  const { t } = useTranslation();
  const [search] = useSearchParams();
  const arrive = useArrival();
  const ways = $api.useQuery("get", "/api/v1/sign-in", {}).data;
  const form = useForm({ initialValues: { name: "", password: "" } });
  const signIn = useMutation({
    mutationFn: () => api.POST("/api/v1/session", { body: form.values }),
    onSuccess: arrive,
    onError: (error) => {
      if (error instanceof Refused && error.kind === "second-factor-needed")
        ask(error.problem as unknown as Challenge);
    },
  });
  const passkey = useMutation({
    mutationFn: async () => {
      const { data: options } = await api.POST("/api/v1/session/passkey/options");
      const credential = await startAuthentication({
        optionsJSON: options as unknown as PublicKeyCredentialRequestOptionsJSON,
      });
      await api.POST("/api/v1/session/passkey", { body: { credential: { ...credential } } });
    },
    onSuccess: arrive,
  });
  const needsMore = signIn.error instanceof Refused && signIn.error.kind === "second-factor-needed";
  const provider = ways?.identity_provider;
  const start = `/oidc/start?next=${encodeURIComponent(nextAddress(search))}`;
  return (
    <Entry
      title={t("session.signIn.title")}
      says={search.get("reset") ? t("session.signIn.reset") : undefined}
      button={t("session.signIn.button")}
      busy={signIn.isPending}
      error={needsMore ? passkey.error : (signIn.error ?? passkey.error)}
      onSubmit={() => signIn.mutate()}
      below={
        <Stack mt="lg">
          <Divider label={t("session.or")} />
          {provider ? (
            <Button component="a" href={start} variant="default" leftSection={<IconLogin2 size={18} />}>
              {t("session.signIn.provider", { name: provider.name })}
            </Button>
          ) : null}
          <Button
            variant="default"
            loading={passkey.isPending}
            leftSection={<IconFingerprint size={18} />}
            onClick={() => passkey.mutate()}
          >
            {t("session.signIn.passkey")}
          </Button>
          <Group justify="center">
            <Anchor component={Link} to="/reset" size="sm">
              {t("session.signIn.forgot")}
            </Anchor>
          </Group>
        </Stack>
      }
    >
      <TextInput
        label={t("session.yourName")}
        autoComplete="username webauthn"
        maxLength={254}
        required
        {...form.getInputProps("name")}
      />
      <PasswordInput
        label={t("session.yourPassword")}
        autoComplete="current-password"
        maxLength={1024}
        required
        {...form.getInputProps("password")}
      />
    </Entry>
  );
}

function Second({ asked }: { asked: Challenge }) {
  const { t } = useTranslation();
  const arrive = useArrival();
  const form = useForm({ initialValues: { code: "" } });
  const finish = useMutation({
    mutationFn: (means: Omit<Schemas["SecondFactor"], "challenge">) =>
      api.POST("/api/v1/session/second-factor", { body: { challenge: asked.challenge, ...means } }),
    onSuccess: arrive,
  });
  const passkey = useMutation({
    mutationFn: async () => {
      if (!asked.passkey) return;
      const credential = await startAuthentication({ optionsJSON: asked.passkey });
      await finish.mutateAsync({ passkey: { ...credential } });
    },
  });
  const code = form.values.code.trim();
  return (
    <Entry
      title={t("session.second.title")}
      says={t("session.second.says")}
      button={t("session.signIn.button")}
      busy={finish.isPending}
      error={finish.error ?? passkey.error}
      onSubmit={() => finish.mutate(/^\d{6}$/.test(code) ? { code } : { recovery_code: code })}
      below={
        asked.passkey ? (
          <Stack mt="lg">
            <Divider label={t("session.or")} />
            <Button
              variant="default"
              leftSection={<IconFingerprint size={18} />}
              loading={passkey.isPending}
              onClick={() => passkey.mutate()}
            >
              {t("session.signIn.passkey")}
            </Button>
          </Stack>
        ) : null
      }
    >
      <TextInput
        label={t("session.second.code")}
        autoComplete="one-time-code"
        maxLength={64}
        required
        autoFocus
        {...form.getInputProps("code")}
      />
    </Entry>
  );
}

import { Button, Text, TextInput } from "@mantine/core";
import { type PublicKeyCredentialCreationOptionsJSON, startRegistration } from "@simplewebauthn/browser";
import { IconFingerprint } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { $api, api, queries, type Schemas } from "../api/client";
import { moment } from "../format";
import { useAsk } from "../parts/asking";
import { Dialog } from "../parts/dialog";
import { Mark } from "../parts/mark";
import { Row, Rows } from "../parts/rows";
import { tell, tellWrong } from "../parts/telling";
import { Part } from "./part";
import { faultOf, Left, proved } from "./proof";

type Passkey = Schemas["PasskeyOut"];
const refresh = () => queries.invalidateQueries({ queryKey: ["get", "/api/v1/factors"] });

interface PasskeysProps {
  passkeys: Passkey[];
  /** Show the codes that come with the first factor. */
  show: (codes: string[]) => void;
}

/** Passkeys: add one of this device, name it, take it away. */
export function Passkeys({ passkeys, show }: PasskeysProps) {
  const { t } = useTranslation();
  const [naming, setNaming] = useState<Passkey | "new" | null>(null);
  const ask = useAsk();
  const ways = $api.useQuery("get", "/api/v1/sign-in", {}, { staleTime: 60_000 });
  const remove = useMutation({
    mutationFn: (passkey: Passkey) =>
      proved(() =>
        api.DELETE("/api/v1/factors/passkeys/{passkey_id}", { params: { path: { passkey_id: passkey.id } } }),
      ),
    onSuccess: async () => {
      await refresh();
      tell(t("account.passkeys.isRemoved"));
    },
    onError: (error) => {
      if (!(error instanceof Left)) tellWrong(error);
    },
  });
  const possible = ways.data?.passkeys !== false && "PublicKeyCredential" in window;
  return (
    <Part
      title={t("account.passkeys.title")}
      says={t(possible ? "account.passkeys.says" : "account.passkeys.notHere")}
      actions={
        possible ? (
          <Button
            variant="default"
            leftSection={<IconFingerprint size={18} />}
            onClick={() => setNaming("new")}
          >
            {t("account.passkeys.add")}
          </Button>
        ) : null
      }
    >
      {passkeys.length === 0 ? (
        <Text c="dimmed" size="sm">
          {t("account.passkeys.none")}
        </Text>
      ) : (
        <Rows label={t("account.passkeys.title")}>
          {passkeys.map((passkey) => (
            <Row
              key={passkey.id}
              title={passkey.name}
              marks={passkey.backed_up ? <Mark>{t("account.passkeys.kept")}</Mark> : null}
              says={[
                t("account.addedAt", { at: moment(passkey.created_at) }),
                passkey.used_at ? t("account.usedAt", { at: moment(passkey.used_at) }) : "",
              ]
                .filter(Boolean)
                .join(" · ")}
              wide
              actions={
                <>
                  <Button
                    variant="default"
                    size="xs"
                    aria-label={t("account.passkeys.renameOf", { name: passkey.name })}
                    onClick={() => setNaming(passkey)}
                  >
                    {t("account.passkeys.rename")}
                  </Button>
                  <Button
                    variant="default"
                    size="xs"
                    aria-label={t("account.passkeys.removeOf", { name: passkey.name })}
                    onClick={() =>
                      ask({
                        title: t("account.passkeys.removeOf", { name: passkey.name }),
                        says: t("account.passkeys.removeSays"),
                        button: t("account.remove"),
                        act: () => remove.mutate(passkey),
                      })
                    }
                  >
                    {t("account.remove")}
                  </Button>
                </>
              }
            />
          ))}
        </Rows>
      )}
      {naming ? (
        <NameForm passkey={naming === "new" ? null : naming} close={() => setNaming(null)} show={show} />
      ) : null}
    </Part>
  );
}

interface NameFormProps {
  passkey: Passkey | null;
  close: () => void;
  show: (codes: string[]) => void;
}

function NameForm({ passkey, close, show }: NameFormProps) {
  const { t } = useTranslation();
  const [name, setName] = useState(passkey?.name ?? "");
  const save = useMutation({
    mutationFn: async () => {
      if (!passkey) return await makePasskey(name);
      const params = { path: { passkey_id: passkey.id } };
      await api.PATCH("/api/v1/factors/passkeys/{passkey_id}", { params, body: { name } });
      return null;
    },
    onSuccess: async (codes) => {
      await refresh();
      close();
      if (codes) show(codes);
    },
  });
  return (
    <Dialog
      opened
      close={close}
      title={passkey ? t("account.passkeys.rename") : t("account.passkeys.add")}
      button={passkey ? t("action.save") : t("account.passkeys.go")}
      busy={save.isPending}
      error={faultOf(save.error)}
      onSubmit={() => save.mutate()}
    >
      <TextInput
        label={t("account.passkeys.name")}
        description={t("account.passkeys.nameSays")}
        maxLength={100}
        required
        data-autofocus
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
    </Dialog>
  );
}

/** Have the browser make a passkey, and keep it; gives the codes that come with the first factor. */
async function makePasskey(name: string): Promise<string[] | null> {
  const { data: options } = await proved(() => api.POST("/api/v1/factors/passkeys/options"));
  const credential = await startRegistration({
    optionsJSON: options as unknown as PublicKeyCredentialCreationOptionsJSON,
  });
  const { data } = await api.POST("/api/v1/factors/passkeys", {
    body: { name, credential: { ...credential } },
  });
  return data?.recovery_codes ?? null;
}

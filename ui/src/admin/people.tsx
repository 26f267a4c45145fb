import { Button, Group, Select, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconMailPlus, IconSearch, IconUsers } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api, type Schemas } from "../api/client";
import { usePages } from "../api/pages";
import { Page } from "../app/page";
import { Empty } from "../app/states";
import { bytes, moment } from "../format";
import { Listing } from "../parts/listing";
import { Mark } from "../parts/mark";
import { Row, Rows } from "../parts/rows";
import { PersonMenu } from "./person-menu";

export type User = Schemas["UserView"];
type Role = Schemas["Role"];
type State = "active" | "disabled";

/** Everybody who has an account: what they may do, and what can be done when something is wrong. */
export function Component() {
  const { t } = useTranslation();
  const [words, setWords] = useState("");
  const [q] = useDebouncedValue(words.trim(), 200);
  const [role, setRole] = useState<Role | null>(null);
  const [state, setState] = useState<State | null>(null);
  const people = usePages<User>(["users", { q, role, state }], async (after, signal) => {
    const query = { after, q: q || null, role, state };
    const { data } = await api.GET("/api/v1/users", { params: { query }, signal });
    return data ?? { items: [] };
  });
  const narrowed = Boolean(q || role || state);
  return (
    <Page
      title={t("admin.people.title")}
      actions={
        <Button component={Link} to="/admin/invitations?new" leftSection={<IconMailPlus size={18} />}>
          {t("admin.people.invite")}
        </Button>
      }
    >
      <Group mb="md" gap="xs">
        <TextInput
          aria-label={t("admin.people.search")}
          placeholder={t("admin.people.search")}
          leftSection={<IconSearch size={16} />}
          maxLength={100}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
          flex="1 1 14rem"
        />
        <Select
          aria-label={t("admin.role")}
          placeholder={t("admin.people.anyRole")}
          clearable
          w={170}
          data={(["admin", "editor", "viewer"] as const).map((each) => ({
            value: each,
            label: t(`role.${each}`),
          }))}
          value={role}
          onChange={(chosen) => setRole(chosen as Role | null)}
        />
        <Select
          aria-label={t("admin.people.state")}
          placeholder={t("admin.people.anyState")}
          clearable
          w={170}
          data={[
            { value: "active", label: t("admin.people.active") },
            { value: "disabled", label: t("admin.people.disabled") },
          ]}
          value={state}
          onChange={(chosen) => setState(chosen as State | null)}
        />
      </Group>
      <Listing
        list={people}
        empty={
          <Empty icon={<IconUsers size={24} />} title={t("admin.people.none")}>
            {narrowed ? t("admin.people.noneSays") : null}
          </Empty>
        }
      >
        {(found) => (
          <Rows label={t("admin.people.title")}>
            {found.map((user) => (
              <Person key={user.id} user={user} />
            ))}
          </Rows>
        )}
      </Listing>
    </Page>
  );
}

function Person({ user }: { user: User }) {
  const { t } = useTranslation();
  const says = [
    user.email,
    user.groups.map((group) => group.name).join(", "),
    user.quota_bytes === null ? null : t("admin.people.quotaOf", { size: bytes(user.quota_bytes) }),
    t("admin.since", { at: moment(user.created_at) }),
  ];
  return (
    <Row
      title={user.name}
      marks={
        <>
          <Mark>{t(`role.${user.role}`)}</Mark>
          {user.active ? null : <Mark tone="bad">{t("admin.people.disabled")}</Mark>}
        </>
      }
      says={says.filter(Boolean).join(" · ")}
      actions={<PersonMenu user={user} />}
    />
  );
}

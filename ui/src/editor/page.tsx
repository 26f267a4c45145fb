import { useParams } from "react-router";
import { $api } from "../api/client";
import { Page } from "../app/page";
import { Answer, Loading } from "../app/states";
import { Editor } from "./editor";

/** A clip, open to be changed. */
export function Component() {
  const { id = "" } = useParams();
  const path = { params: { path: { edit_id: id } } };
  // What is on the screen is newer than what the server says: it is asked once, and saves tell of others.
  const once = { staleTime: Infinity, gcTime: 0, refetchOnReconnect: false };
  const edit = $api.useQuery("get", "/api/v1/edits/{edit_id}", path, once);
  const source = $api.useQuery("get", "/api/v1/edits/{edit_id}/source", path, {
    ...once,
    // It can be cut before it can be played.
    refetchInterval: ({ state }) => (state.data && !state.data.play_url ? 5_000 : false),
  });
  const loading = (
    <Page title="">
      <Loading rows={8} height={56} />
    </Page>
  );
  return (
    <Answer query={edit} loading={loading}>
      {(opened) => (
        <Answer query={source} loading={loading}>
          {(found) => <Editor key={opened.id} edit={opened} source={found} />}
        </Answer>
      )}
    </Answer>
  );
}

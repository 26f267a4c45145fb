import { Loading } from "./states";

/** The shell's own shape, painted while the first page is on its way. */
export function ShellComing() {
  return (
    <div className="shell">
      <div className="rail">
        <span className="brand">
          <img src="/static/icon.svg" alt="" width={26} height={26} />
          Cutroom
        </span>
      </div>
      <main className="page">
        <Loading />
      </main>
    </div>
  );
}

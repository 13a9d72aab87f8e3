/** Stands where one thing comes once the server has answered. */
export function Bones() {
  return (
    <div class="bones" aria-busy="true">
      <span class="bone" />
    </div>
  );
}

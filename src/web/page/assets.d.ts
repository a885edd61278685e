/** What Vite makes of imports that TypeScript does not know. */
declare module '*.svg?raw' {
  const text: string;
  export default text;
}

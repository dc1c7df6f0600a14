// What the programs share: what they are told, and how they tell.

/** The issuer and the secrets of this run. Whoever starts a program sets them. */
export const { issuer, secret, password } = settings();

function settings() {
  const want = (name) => {
    const value = process.env[name];
    if (!value) throw new Error(`${name} is not set: run this by \`cargo xtask clients\``);
    return value;
  };
  return { issuer: want('ISSUER'), secret: want('CLIENT_SECRET'), password: want('PASSWORD') };
}

/** Where clients are answered, and where users are sent that have signed out. */
export const CALLBACK = 'http://127.0.0.1/callback';
export const SIGNED_OUT = 'http://127.0.0.1/signed-out';

/** Runs what a case promises, and says so. The first that fails ends the program. */
export async function it(name, promise) {
  try {
    await promise();
  } catch (error) {
    console.error(`FAILED  ${name}`);
    throw error;
  }
  console.log(`ok  ${name}`);
}

/** Demands that a library refuses something, with a code of its own or of the server. */
export async function refuses(code, promise) {
  let done;
  try {
    done = await promise();
  } catch (error) {
    const codes = [error.code, error.error, error.cause?.code, error.cause?.error];
    if (codes.includes(code)) return;
    throw new Error(`expected ${code}`, { cause: error });
  }
  throw new Error(`expected ${code}, but it went well: ${JSON.stringify(done)}`);
}

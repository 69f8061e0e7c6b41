import { X509Certificate } from 'node:crypto';
import { decodeJwt, errors, jwtVerify, type JWTPayload } from 'jose';
import type { AppRegistration } from '../world/app-registration.ts';
import { loginFailures, type LoginFailure } from './login-error.ts';
import type { TokenAuthority } from './token-authority.ts';

/** Clocks may differ by this much; MSAL's own rounding already puts `nbf` up to half a second ahead (observed). */
const CLOCK_SKEW_SECONDS = 300;

/** What an assertion is checked against. */
export interface AssertionCheck {
  app: AppRegistration;
  assertion: string;
  /** Values of `aud` that name this token endpoint. */
  audiences: string[];
  authority: TokenAuthority;
  /** Simulated time in milliseconds since the epoch. */
  now: number;
}

/**
 * Why a client assertion is refused; undefined when it proves the app. One that the app issued itself must be signed by a
 * registered certificate (Microsoft identity platform, "Certificate credentials"); any other must match a federated
 * credential and be signed by the simulated identity endpoint, the only outside issuer there is.
 */
export async function refuseAssertion(check: AssertionCheck): Promise<LoginFailure | undefined> {
  let claims: JWTPayload;
  try {
    claims = decodeJwt(check.assertion);
  } catch {
    return loginFailures.badAssertion('The assertion is malformed.');
  }
  return claims.iss === check.app.clientId ? refuseCertificate(check) : refuseFederated(check, claims);
}

async function refuseCertificate({
  app,
  assertion,
  audiences,
  now,
}: AssertionCheck): Promise<LoginFailure | undefined> {
  for (const pem of app.certificates) {
    try {
      await jwtVerify(assertion, new X509Certificate(pem).publicKey, {
        algorithms: ['RS256', 'PS256'],
        audience: audiences,
        issuer: app.clientId,
        subject: app.clientId,
        currentDate: new Date(now),
        requiredClaims: ['exp'],
        clockTolerance: CLOCK_SKEW_SECONDS,
      });
      return undefined;
    } catch (error) {
      if (error instanceof errors.JWTExpired) return loginFailures.assertionTime();
      if (error instanceof errors.JWTClaimValidationFailed)
        return loginFailures.badAssertion(`Claim '${error.claim}'.`);
    }
  }
  return loginFailures.badAssertion('The signature is not that of a registered certificate.');
}

async function refuseFederated(check: AssertionCheck, claims: JWTPayload): Promise<LoginFailure | undefined> {
  // Issuer, subject and audience are compared exactly, case included.
  const trusted = check.app.federatedCredentials.find(
    ({ issuer, subject, audience }) => issuer === claims.iss && subject === claims.sub && audience === claims.aud,
  );
  if (trusted === undefined) return loginFailures.noFederatedCredential();
  const verified = await check.authority.verify(check.assertion, [trusted.audience]);
  return typeof verified === 'string' ? loginFailures.assertionTime() : undefined;
}

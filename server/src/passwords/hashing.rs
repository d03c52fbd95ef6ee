//! Hashing and verifying passwords, with work that does not depend on the account.
//!
//! bcrypt only uses the first 72 bytes and stops at a NUL, so its input is the base64 of the password's SHA-384: 64
//! bytes without NUL. Hashes made this way carry a prefix; a hash without it is plain bcrypt, imported from
//! elsewhere, which is accepted and then renewed.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bcrypt::BcryptResult;
use sha2::{Digest, Sha384};

/// Prefix of a stored hash made from SHA-384, base64 and bcrypt.
const SCHEME: &str = "bcrypt-sha384:";

/// Result of verifying a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Wrong,
    Right {
        /// Whether the stored hash should be replaced, because its scheme is older or its cost lower.
        renew: bool,
    },
}

/// The costs of bcrypt. Each step doubles the work.
#[derive(Clone, Copy, Debug)]
pub(super) struct Costs {
    /// Cost of new hashes, as configured.
    pub(super) new: u32,
    /// Cost of the work of every attempt to sign in: `new`, or the highest stored cost if that is higher, since a hash of
    /// that cost cannot be verified with less work.
    pub(super) attempt: u32,
}

/// Compares a password with a bcrypt hash. A parameter in tests, which count the work.
type Compare<'a> = &'a mut dyn FnMut(&str, &str) -> BcryptResult<bool>;

pub(super) fn hash(password: &str, cost: u32) -> BcryptResult<String> {
    Ok(format!("{SCHEME}{}", bcrypt::hash(prehash(password), cost)?))
}

/// Verifies a password against a stored hash, or against none. Always takes the same work, so that the time does not
/// reveal whether there is a stored hash.
pub(super) fn verify(password: &str, stored: Option<&str>, costs: Costs) -> Verdict {
    verify_with(&mut |password, hash| bcrypt::verify(password, hash), password, stored, costs)
}

fn verify_with(compare: Compare<'_>, password: &str, stored: Option<&str>, costs: Costs) -> Verdict {
    let prehashed = prehash(password);
    let (compared, scheme_is_current, cost) = match stored.map(|stored| (stored, stored.strip_prefix(SCHEME))) {
        None => (Ok(false), true, None),
        Some((_, Some(hash))) => (compare(&prehashed, hash), true, cost_of(hash)),
        Some((hash, None)) => (compare(password, hash), false, cost_of(hash)),
    };
    let done = cost.filter(|_| compared.is_ok());
    for dummy in missing_work(done, costs.attempt) {
        let _ = compare(&prehashed, &dummy_hash(dummy));
    }
    match compared {
        Ok(true) => Verdict::Right { renew: !scheme_is_current || cost < Some(costs.new) },
        Ok(false) => Verdict::Wrong,
        Err(error) => {
            tracing::error!(%error, "a stored password hash is invalid");
            Verdict::Wrong
        }
    }
}

/// Costs of the hashes that are computed in addition to one of the cost `done`, so that the work in total is that of one
/// hash of the cost `whole`: 2⁹ + 2⁹ + 2¹⁰ + 2¹¹ = 2¹².
fn missing_work(done: Option<u32>, whole: u32) -> std::ops::Range<u32> {
    done.unwrap_or(whole)..whole + u32::from(done.is_none())
}

/// The highest cost among settings of bcrypt hashes, such as `$2b$12$`.
pub(super) fn highest_cost<'a>(settings: impl IntoIterator<Item = &'a str>) -> Option<u32> {
    settings.into_iter().filter_map(|settings| settings.split('$').nth(2)?.parse().ok()).max()
}

fn prehash(password: &str) -> String {
    BASE64_STANDARD.encode(Sha384::digest(password.as_bytes()))
}

/// A valid hash with this cost, of an unknown password.
fn dummy_hash(cost: u32) -> String {
    format!("$2b${cost:02}$abcdefghijklmnopqrstuuJeiZ3Kb4X7hVJ3nX7oQAGEvAWbfA6Hq")
}

fn cost_of(hash: &str) -> Option<u32> {
    hash.parse::<bcrypt::HashParts>().ok().map(|parts| parts.get_cost())
}

#[cfg(test)]
mod tests {
    use super::{Costs, Verdict, cost_of, dummy_hash, hash, highest_cost, verify, verify_with};

    const COST: u32 = 4;
    const COSTS: Costs = Costs { new: COST, attempt: COST };

    #[track_caller]
    fn check(password: &str, stored: &str, expected: Verdict) {
        assert_eq!(verify(password, Some(stored), COSTS), expected, "verifying {password:?}");
    }

    #[test]
    fn only_the_right_password_is_accepted() {
        let stored = hash("um cavalo come bananas", COST).unwrap();
        check("um cavalo come bananas", &stored, Verdict::Right { renew: false });
        check("um cavalo come banana", &stored, Verdict::Wrong);
    }

    #[test]
    fn passwords_are_compared_beyond_72_bytes() {
        let long = "x".repeat(72);
        check(&format!("{long}b"), &hash(&format!("{long}a"), COST).unwrap(), Verdict::Wrong);
    }

    #[test]
    fn a_nul_does_not_truncate_a_password() {
        check("a", &hash("a\0a", COST).unwrap(), Verdict::Wrong);
        check("a\0a", &hash("a", COST).unwrap(), Verdict::Wrong);
        check("a\0b", &hash("a\0a", COST).unwrap(), Verdict::Wrong);
    }

    #[test]
    fn plain_bcrypt_is_accepted_and_renewed() {
        let plain = bcrypt::hash("um cavalo", COST).unwrap();
        check("um cavalo", &plain, Verdict::Right { renew: true });
        check("dois cavalos", &plain, Verdict::Wrong);
    }

    #[test]
    fn a_hash_of_lower_cost_is_renewed_and_one_of_higher_cost_is_not() {
        let stored = hash("um cavalo", COST + 1).unwrap();
        let verdict = |new| verify("um cavalo", Some(&stored), Costs { new, attempt: COST + 2 });
        assert_eq!(verdict(COST + 2), Verdict::Right { renew: true });
        assert_eq!(verdict(COST), Verdict::Right { renew: false });
    }

    /// The work of verifying, in rounds of bcrypt's key setup.
    #[track_caller]
    fn work(stored: Option<&str>, costs: Costs) -> u64 {
        let mut work = 0;
        let mut compare = |password: &str, hash: &str| {
            let compared = bcrypt::verify(password, hash);
            // An invalid hash is rejected without work.
            work += if compared.is_ok() { 1 << cost_of(hash).unwrap() } else { 0 };
            compared
        };
        verify_with(&mut compare, "x", stored, costs);
        work
    }

    /// Counts the work instead of measuring its time, which a busy machine would distort.
    #[test]
    fn every_attempt_takes_the_same_work() {
        // The configured cost was raised from 5 to 8, or lowered from 8 to 5.
        for costs in [Costs { new: 8, attempt: 8 }, Costs { new: 5, attempt: 8 }] {
            let whole = 1 << 8;
            assert_eq!(work(None, costs), whole, "no account");
            assert_eq!(work(Some("not a hash"), costs), whole, "an invalid hash");
            for cost in 4..=8 {
                assert_eq!(work(Some(&hash("um cavalo", cost).unwrap()), costs), whole, "a hash of cost {cost}");
                assert_eq!(work(Some(&dummy_hash(cost)), costs), whole, "a plain hash of cost {cost}");
            }
        }
    }

    #[test]
    fn the_highest_cost_is_read_from_settings() {
        assert_eq!(highest_cost(["$2b$12$", "$2y$05$", "", "$2b$x$"]), Some(12));
        assert_eq!(highest_cost([]), None);
    }
}

//! Digests of tables, which do not depend on the order of their rows.

use sha2::{Digest, Sha256};

use super::value::Value;

/// The number of rows of a table, and the sum of their SHA-256 hashes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct TableDigest {
    pub(crate) rows: u64,
    sum: [u64; 4],
}

impl TableDigest {
    /// Adds a row, whose columns must always be in the same order.
    pub(crate) fn add(&mut self, row: &[Value<'_>]) {
        let mut hasher = Sha256::new();
        for value in row {
            hash(&mut hasher, value);
        }
        let hash = hasher.finalize();
        for (sum, bytes) in self.sum.iter_mut().zip(hash.as_chunks::<8>().0) {
            *sum = sum.wrapping_add(u64::from_be_bytes(*bytes));
        }
        self.rows += 1;
    }

    /// The hash in hexadecimal digits.
    pub(crate) fn hash(&self) -> String {
        self.sum.iter().map(|part| format!("{part:016x}")).collect()
    }
}

/// Hashes a value with its kind and length, so that different rows have different inputs.
fn hash(hasher: &mut Sha256, value: &Value<'_>) {
    let mut add = |kind: u8, bytes: &[u8]| {
        hasher.update([kind]);
        hasher.update(bytes.len().to_be_bytes());
        hasher.update(bytes);
    };
    match value {
        Value::Null => add(0, &[]),
        Value::Integer(number) => add(1, &number.to_be_bytes()),
        Value::Text(text) => add(2, text.as_bytes()),
        Value::Bytes(bytes) => add(3, bytes),
        Value::Words(words) => {
            add(4, &words.len().to_be_bytes());
            words.iter().for_each(|word| add(2, word.as_bytes()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{TableDigest, Value};

    fn digest(rows: &[&[Value<'_>]]) -> TableDigest {
        let mut digest = TableDigest::default();
        rows.iter().for_each(|row| digest.add(row));
        digest
    }

    #[test]
    fn the_order_of_rows_does_not_matter() {
        let (one, two) = ([Value::Integer(1), Value::Text("a")], [Value::Integer(2), Value::Text("b")]);
        assert_eq!(digest(&[&one, &two]), digest(&[&two, &one]));
        assert_ne!(digest(&[&one, &two]), digest(&[&one]));
        assert_ne!(digest(&[&one, &two]), digest(&[&one, &one]));
    }

    #[test]
    fn different_rows_have_different_digests() {
        let rows: [&[Value<'_>]; 9] = [
            &[Value::Null],
            &[Value::Integer(0)],
            &[Value::Text("")],
            &[Value::Bytes(b"")],
            &[Value::Words(Vec::new())],
            &[Value::Text("ab"), Value::Text("c")],
            &[Value::Text("a"), Value::Text("bc")],
            &[Value::Words(vec!["a", "b"])],
            &[Value::Words(vec!["a"]), Value::Text("b")],
        ];
        for (place, row) in rows.iter().enumerate() {
            for other in &rows[..place] {
                assert_ne!(digest(&[row]), digest(&[other]), "{row:?} {other:?}");
            }
        }
    }

    #[test]
    fn words_are_compared_as_a_set() {
        assert_eq!(Value::words(["b", "a", "b"]), Value::Words(vec!["a", "b"]));
    }
}

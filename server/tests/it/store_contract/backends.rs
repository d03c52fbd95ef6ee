//! The backends on which the contract is tested.

/// Defines a test per function and backend.
macro_rules! test_every_backend {
    ($($file:ident: $($test:ident),* $(,)?;)*) => {
        mod sqlite {
            $($(
                #[tokio::test]
                async fn $test() {
                    let dir = tempfile::tempdir().unwrap();
                    let store = super::SqliteStore::open(dir.path()).unwrap();
                    super::$file::$test(&store).await;
                }
            )*)*
        }
        test_shared_backends!($($file: $($test),*;)*);
    };
}

/// As [`test_every_backend`], without SQLite, which several servers cannot share.
macro_rules! test_shared_backends {
    ($($file:ident: $($test:ident),* $(,)?;)*) => {
        mod memory {
            $($(
                #[tokio::test]
                async fn $test() {
                    super::$file::$test(&super::MemoryStore::default()).await;
                }
            )*)*
        }
        #[cfg(feature = "cluster")]
        mod postgres {
            $($(
                #[tokio::test]
                async fn $test() {
                    if let Some(schema) = crate::postgres::Schema::create().await {
                        super::$file::$test(&schema.store().await).await;
                        schema.finish().await;
                    }
                }
            )*)*
        }
    };
}
